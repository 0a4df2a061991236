using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>What a queue is, as a node states it.</summary>
/// <param name="Kind"><c>FIFOQueue</c> and so on.</param>
/// <param name="Types">The types of an element's components.</param>
/// <param name="Shapes">The shapes of the components; empty if any will do.</param>
/// <param name="Capacity">How many elements it holds at most.</param>
internal sealed record QueueType(string Kind, IReadOnlyList<DType> Types, IReadOnlyList<Shape> Shapes, int Capacity)
{
    /// <summary>How many elements a queue that shuffles keeps back, until it is closed.</summary>
    public int MinAfterDequeue { get; init; }

    /// <summary>The seeds of a queue that shuffles.</summary>
    public (long Seed, long Seed2) Seeds { get; init; }

    /// <summary>What a node states.</summary>
    /// <exception cref="EngineException">It contradicts itself (InvalidArgument).</exception>
    public static QueueType Of(GraphOperation node)
    {
        string kind = node.Type.EndsWith("V2", StringComparison.Ordinal) ? node.Type[..^2] : node.Type;
        long capacity = node.Int("capacity");
        QueueType type = new(kind, node.DTypeList("component_types"), node.ShapeList("shapes"), capacity < 0 ? int.MaxValue : (int)System.Math.Min(capacity, int.MaxValue));
        if (kind == "RandomShuffleQueue")
        {
            type = type with { MinAfterDequeue = (int)System.Math.Clamp(node.Int("min_after_dequeue"), int.MinValue, int.MaxValue), Seeds = (node.Int("seed"), node.Int("seed2")) };
        }

        type.Check();
        return kind == "PriorityQueue" ? type with { Types = [DType.Int64, .. type.Types], Shapes = [Shape.Scalar, .. type.Shapes] } : type;
    }

    /// <summary>That a node which shares a queue asks for what it is.</summary>
    /// <exception cref="EngineException">It does not (InvalidArgument).</exception>
    public void CheckShared(QueueType asked, string name)
    {
        if (Kind != asked.Kind)
        {
            throw Failure.Invalid($"Shared queue '{name}' is a {Kind}, not a {asked.Kind}.");
        }

        Check(Capacity == asked.Capacity, "capacity", Capacity, asked.Capacity);
        Check(Types.SequenceEqual(asked.Types), "component types", Names(Types), Names(asked.Types));
        Check(Shapes.SequenceEqual(asked.Shapes), "component shapes", string.Join(", ", Shapes), string.Join(", ", asked.Shapes));
        Check(MinAfterDequeue == asked.MinAfterDequeue, "min_after_dequeue", MinAfterDequeue, asked.MinAfterDequeue);
        // Seeds of chance fit any.
        Check(Seeds == asked.Seeds || asked.Seeds == (0, 0), "random seeds", Seeds, asked.Seeds);

        void Check<T>(bool same, string what, T found, T wanted)
        {
            if (!same)
            {
                throw Failure.Invalid($"Shared queue '{name}' has {what} {found} but requested {what} was {wanted}");
            }
        }
    }

    /// <summary>That an operation handles elements of these types.</summary>
    /// <exception cref="EngineException">It does not (InvalidArgument).</exception>
    public void CheckTypes(IEnumerable<DType> types)
    {
        if (!Types.SequenceEqual(types))
        {
            throw Failure.Invalid($"Signature mismatch, have: {Names(types)} expected: {Names(Types)}, the component types of the queue.");
        }
    }

    private void Check()
    {
        bool padded = Kind == "PaddingFIFOQueue";
        if (Shapes.Count != Types.Count && (Shapes.Count > 0 || padded || Kind == "PriorityQueue"))
        {
            throw Failure.Invalid($"Shapes must be provided for all components, but received {Types.Count} dtypes and {Shapes.Count} shapes.");
        }

        if (Shapes.FirstOrDefault(shape => padded ? !shape.HasRank : !shape.IsFullyDefined) is { } open)
        {
            throw Failure.Invalid(padded ? $"shape {open} must have known rank." : $"Shape {open} is not fully defined");
        }

        if (MinAfterDequeue < 0 || (Kind == "RandomShuffleQueue" && MinAfterDequeue >= Capacity))
        {
            throw Failure.Invalid(MinAfterDequeue < 0 ? $"min_after_dequeue {MinAfterDequeue} must be >= 0" : $"min_after_dequeue {MinAfterDequeue} must be < capacity {Capacity}");
        }
    }

    private static string Names(IEnumerable<DType> types) => string.Join(", ", types.Select(type => type.Name()));
}
