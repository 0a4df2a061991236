# A model that cannot even be made.
class FailingModel : ModelSessions.ModelDefinition {
    FailingModel() {
        throw 'no such model'
    }

    [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
        return $null
    }
}
