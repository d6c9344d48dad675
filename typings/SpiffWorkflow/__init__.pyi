from typing import ClassVar

class TaskState:
    READY: ClassVar[int]
