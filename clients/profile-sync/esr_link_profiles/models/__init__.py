"""Contains all the data models used in inputs/outputs"""

from .acknowledgement_problem import AcknowledgementProblem
from .acknowledgement_row import AcknowledgementRow
from .acknowledgement_row_state import AcknowledgementRowState
from .acknowledgements import Acknowledgements
from .acknowledgements_answer import AcknowledgementsAnswer
from .assignment import Assignment
from .batch import Batch
from .batch_answer import BatchAnswer
from .batch_profile_row import BatchProfileRow
from .caller import Caller
from .candidate_answer import CandidateAnswer
from .change_answer import ChangeAnswer
from .changes_answer import ChangesAnswer
from .cohort_answer import CohortAnswer
from .cohort_answer_state import CohortAnswerState
from .cohort_body import CohortBody
from .cohort_department import CohortDepartment
from .cohort_figures import CohortFigures
from .cohort_figures_actions import CohortFiguresActions
from .cohort_figures_kinds import CohortFiguresKinds
from .cohort_figures_outcomes import CohortFiguresOutcomes
from .cohort_page import CohortPage
from .cohort_row import CohortRow
from .cohort_row_acknowledged_type_0 import CohortRowAcknowledgedType0
from .cohort_row_action import CohortRowAction
from .cohort_row_chosen_action_type_0 import CohortRowChosenActionType0
from .cohort_row_kind import CohortRowKind
from .cohort_row_outcome import CohortRowOutcome
from .cohort_row_proposed_action import CohortRowProposedAction
from .cohort_rows import CohortRows
from .cohort_summary import CohortSummary
from .cohort_summary_state import CohortSummaryState
from .compared import Compared
from .compared_part import ComparedPart
from .decision_answer import DecisionAnswer
from .decision_body import DecisionBody
from .decision_body_decision import DecisionBodyDecision
from .decision_entry import DecisionEntry
from .decision_entry_decision import DecisionEntryDecision
from .decision_history import DecisionHistory
from .decision_record import DecisionRecord
from .decision_record_decision import DecisionRecordDecision
from .decision_row import DecisionRow
from .decision_row_answer import DecisionRowAnswer
from .decision_row_answer_outcome import DecisionRowAnswerOutcome
from .decision_row_decision import DecisionRowDecision
from .decisions import Decisions
from .decisions_answer import DecisionsAnswer
from .delivery_answer import DeliveryAnswer
from .delivery_answer_state import DeliveryAnswerState
from .delivery_answer_topic import DeliveryAnswerTopic
from .delivery_list import DeliveryList
from .department_answer import DepartmentAnswer
from .department_answer_by_state import DepartmentAnswerByState
from .department_of_cohort import DepartmentOfCohort
from .endpoint import Endpoint
from .explanation_answer import ExplanationAnswer
from .feed_entry import FeedEntry
from .feed_entry_data import FeedEntryData
from .feed_entry_topic import FeedEntryTopic
from .field_change import FieldChange
from .field_difference import FieldDifference
from .formats import Formats
from .held_profile import HeldProfile
from .held_registration import HeldRegistration
from .limits import Limits
from .link_answer import LinkAnswer
from .link_answer_made_by import LinkAnswerMadeBy
from .link_answer_state import LinkAnswerState
from .link_history import LinkHistory
from .link_said import LinkSaid
from .link_said_made_by import LinkSaidMadeBy
from .link_said_state import LinkSaidState
from .list_changes_topic_type_0_item import ListChangesTopicType0Item
from .list_cohort_people_action_type_0 import ListCohortPeopleActionType0
from .list_cohort_people_format import ListCohortPeopleFormat
from .list_cohort_people_kind_type_0 import ListCohortPeopleKindType0
from .list_cohort_people_outcome_type_0 import ListCohortPeopleOutcomeType0
from .list_deliveries_state_type_0 import ListDeliveriesStateType0
from .list_profiles_state_type_0 import ListProfilesStateType0
from .list_reviews_state_type_0 import ListReviewsStateType0
from .matching_answer import MatchingAnswer
from .matching_answer_by_state import MatchingAnswerByState
from .offered_service import OfferedService
from .onboarding_page import OnboardingPage
from .onboarding_task import OnboardingTask
from .onboarding_task_acknowledged_type_0 import OnboardingTaskAcknowledgedType0
from .onboarding_task_action import OnboardingTaskAction
from .onboarding_task_kind import OnboardingTaskKind
from .part import Part
from .people_found import PeopleFound
from .people_search import PeopleSearch
from .person_answer import PersonAnswer
from .person_found import PersonFound
from .person_found_match import PersonFoundMatch
from .person_history import PersonHistory
from .person_revision import PersonRevision
from .person_summary import PersonSummary
from .ping_answer import PingAnswer
from .problem import Problem
from .problem_field import ProblemField
from .profile import Profile
from .profile_answer import ProfileAnswer
from .profile_body import ProfileBody
from .profile_key import ProfileKey
from .profile_page import ProfilePage
from .registration import Registration
from .replay_answer import ReplayAnswer
from .replay_body import ReplayBody
from .replay_body_states_item import ReplayBodyStatesItem
from .revision_entry import RevisionEntry
from .revision_entry_made_by import RevisionEntryMadeBy
from .revision_entry_state import RevisionEntryState
from .rival_answer import RivalAnswer
from .rival_answer_made_by import RivalAnswerMadeBy
from .rival_answer_state import RivalAnswerState
from .row_answer import RowAnswer
from .row_edit import RowEdit
from .row_edit_action_type_0 import RowEditActionType0
from .row_problem import RowProblem
from .rule_said import RuleSaid
from .score_part import ScorePart
from .secret_body import SecretBody
from .system_answer import SystemAnswer
from .way_back_answer import WayBackAnswer
from .way_back_answer_decision import WayBackAnswerDecision
from .webhook_answer import WebhookAnswer
from .webhook_answer_topics_item import WebhookAnswerTopicsItem
from .webhook_body import WebhookBody
from .webhook_body_topics_item import WebhookBodyTopicsItem
from .webhook_list import WebhookList
from .webhook_made import WebhookMade
from .webhook_made_topics_item import WebhookMadeTopicsItem

__all__ = (
    "AcknowledgementProblem",
    "AcknowledgementRow",
    "AcknowledgementRowState",
    "Acknowledgements",
    "AcknowledgementsAnswer",
    "Assignment",
    "Batch",
    "BatchAnswer",
    "BatchProfileRow",
    "Caller",
    "CandidateAnswer",
    "ChangeAnswer",
    "ChangesAnswer",
    "CohortAnswer",
    "CohortAnswerState",
    "CohortBody",
    "CohortDepartment",
    "CohortFigures",
    "CohortFiguresActions",
    "CohortFiguresKinds",
    "CohortFiguresOutcomes",
    "CohortPage",
    "CohortRow",
    "CohortRowAcknowledgedType0",
    "CohortRowAction",
    "CohortRowChosenActionType0",
    "CohortRowKind",
    "CohortRowOutcome",
    "CohortRowProposedAction",
    "CohortRows",
    "CohortSummary",
    "CohortSummaryState",
    "Compared",
    "ComparedPart",
    "DecisionAnswer",
    "DecisionBody",
    "DecisionBodyDecision",
    "DecisionEntry",
    "DecisionEntryDecision",
    "DecisionHistory",
    "DecisionRecord",
    "DecisionRecordDecision",
    "DecisionRow",
    "DecisionRowAnswer",
    "DecisionRowAnswerOutcome",
    "DecisionRowDecision",
    "Decisions",
    "DecisionsAnswer",
    "DeliveryAnswer",
    "DeliveryAnswerState",
    "DeliveryAnswerTopic",
    "DeliveryList",
    "DepartmentAnswer",
    "DepartmentAnswerByState",
    "DepartmentOfCohort",
    "Endpoint",
    "ExplanationAnswer",
    "FeedEntry",
    "FeedEntryData",
    "FeedEntryTopic",
    "FieldChange",
    "FieldDifference",
    "Formats",
    "HeldProfile",
    "HeldRegistration",
    "Limits",
    "LinkAnswer",
    "LinkAnswerMadeBy",
    "LinkAnswerState",
    "LinkHistory",
    "LinkSaid",
    "LinkSaidMadeBy",
    "LinkSaidState",
    "ListChangesTopicType0Item",
    "ListCohortPeopleActionType0",
    "ListCohortPeopleFormat",
    "ListCohortPeopleKindType0",
    "ListCohortPeopleOutcomeType0",
    "ListDeliveriesStateType0",
    "ListProfilesStateType0",
    "ListReviewsStateType0",
    "MatchingAnswer",
    "MatchingAnswerByState",
    "OfferedService",
    "OnboardingPage",
    "OnboardingTask",
    "OnboardingTaskAcknowledgedType0",
    "OnboardingTaskAction",
    "OnboardingTaskKind",
    "Part",
    "PeopleFound",
    "PeopleSearch",
    "PersonAnswer",
    "PersonFound",
    "PersonFoundMatch",
    "PersonHistory",
    "PersonRevision",
    "PersonSummary",
    "PingAnswer",
    "Problem",
    "ProblemField",
    "Profile",
    "ProfileAnswer",
    "ProfileBody",
    "ProfileKey",
    "ProfilePage",
    "Registration",
    "ReplayAnswer",
    "ReplayBody",
    "ReplayBodyStatesItem",
    "RevisionEntry",
    "RevisionEntryMadeBy",
    "RevisionEntryState",
    "RivalAnswer",
    "RivalAnswerMadeBy",
    "RivalAnswerState",
    "RowAnswer",
    "RowEdit",
    "RowEditActionType0",
    "RowProblem",
    "RuleSaid",
    "ScorePart",
    "SecretBody",
    "SystemAnswer",
    "WayBackAnswer",
    "WayBackAnswerDecision",
    "WebhookAnswer",
    "WebhookAnswerTopicsItem",
    "WebhookBody",
    "WebhookBodyTopicsItem",
    "WebhookList",
    "WebhookMade",
    "WebhookMadeTopicsItem",
)
