"""The archive of events, the fuses, and what people do with dead letters.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

from esrlink.db.revisions import r0002

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    r0002.upgrade()


def downgrade() -> None:
    r0002.downgrade()
