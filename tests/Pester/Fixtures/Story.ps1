# An object of a user's own whose fields hold parts of a graph.
class Story {
    [ModelSessions.GraphTensor] $x
    [ModelSessions.GraphOperation] $train
    $layers
    [hashtable] $metrics
    [string] $note
}
