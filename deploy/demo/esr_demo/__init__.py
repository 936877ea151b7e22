"""The try-out's story: the main job end to end on invented people, told and checked over HTTP like any client would."""
