namespace ModelSessions;

/// <summary>The forms in which a session's graph is exported.</summary>
public enum GraphFormat
{
    /// <summary>A GraphDef, binary: <c>.pb</c>.</summary>
    Pb,

    /// <summary>A GraphDef as text: <c>.pbtxt</c>.</summary>
    Pbtxt,

    /// <summary>A MetaGraphDef: <c>.meta</c>.</summary>
    Meta,

    /// <summary>A SavedModel: a folder with graph, variables and assets.</summary>
    SavedModel,
}
