namespace ModelSessions;

/// <summary>A variable that is cut into parts along one dimension; checkpoints hold it as one tensor.</summary>
public sealed class PartitionedVariable
{
    internal PartitionedVariable(string name, Shape shape, int axis, IReadOnlyList<GraphVariable> parts)
    {
        Name = name;
        Shape = shape;
        Axis = axis;
        Parts = parts;
    }

    /// <summary>The name under which checkpoints hold it.</summary>
    public string Name { get; }

    /// <summary>The shape of the whole.</summary>
    public Shape Shape { get; }

    /// <summary>The dimension that is cut.</summary>
    public int Axis { get; }

    /// <summary>The parts in order, <c>name/part_0</c> …</summary>
    public IReadOnlyList<GraphVariable> Parts { get; }

    /// <summary>The element type.</summary>
    public DType DType => Parts[0].DType;

    /// <summary>The parts joined, in new nodes.</summary>
    public GraphTensor AsTensor()
    {
        GraphBuilder g = Parts[0].Graph.Builder;
        using GraphScope top = g.NameScope(null);
        if (Parts is [var only])
        {
            return g.Identity(only, Name);
        }

        GraphTensor joined;
        using (g.NameScope(Name + "/ConcatPartitions/"))
        {
            joined = g.Concat([.. Parts.Select(part => (Operand)part)], Axis);
        }

        return g.Identity(joined, Name);
    }

    /// <summary><c>table float32 [31, 6] in 3 parts</c>.</summary>
    public override string ToString() => $"{Name} {DType.Name()} {Shape} in {Parts.Count} parts";
}
