using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Variables that belong to another one or to a tensor, named after it and placed where it is: TensorFlow's slot_creator.</summary>
internal static class SlotVariables
{
    /// <summary>Adds a variable that belongs to another one: of a part of a partitioned variable, a part.</summary>
    /// <param name="g">Adds the nodes.</param>
    /// <param name="primary">The other one.</param>
    /// <param name="name">The last part of the name.</param>
    /// <param name="create">Makes the variable, whose name ends with a slash.</param>
    public static GraphVariable Create(GraphBuilder g, GraphVariable primary, string name, Func<string, Registration, GraphVariable> create)
    {
        using GraphScope place = g.ColocateWith(primary.Handle.Operation);
        return Create(g, primary.Name, name, full => create(full, new Registration(Trainable: false, [CollectionKeys.Variables], Slice(primary, full))));
    }

    /// <summary>Adds a variable in a variable scope of its own, which is named after a node and gets a number if it is taken.</summary>
    public static GraphVariable Create(GraphBuilder g, string primary, string name, Func<string, GraphVariable> create)
    {
        for (; ; )
        {
            using VariableScope scope = g.UniqueVariableScope($"{primary}/{name}");
            if (g.Graph.Find(scope.Name) is null)
            {
                using GraphScope top = g.NameScope(null);
                return create(scope.Name + "/");
            }
        }
    }

    private static SaveSliceInfoDef? Slice(GraphVariable primary, string full)
    {
        if (primary.Slice is not { FullName.Length: > 0 } whole)
        {
            return null;
        }

        SaveSliceInfoDef slice = whole.Clone();
        string name = full.TrimEnd('/');
        slice.FullName += name[(name.IndexOf(primary.Name, StringComparison.Ordinal) + primary.Name.Length)..];
        return slice;
    }
}
