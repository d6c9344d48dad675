class ErrorEventDefinition:
    code: str | None
