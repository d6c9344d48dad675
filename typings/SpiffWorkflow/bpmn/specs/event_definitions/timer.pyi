class TimeDateEventDefinition:
    expression: str

class DurationTimerEventDefinition:
    expression: str

class CycleTimerEventDefinition:
    expression: str
