"""The one error that the sandbox answers with on purpose; its own, because it shares no code with what it tests."""


class SandboxError(Exception):
    """A request that the sandbox cannot follow: a code, an HTTP status and a sentence."""

    def __init__(self, code: str, sentence: str, status: int = 409) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status
