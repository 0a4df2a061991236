using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The shapes of outputs as Python stored them in a MetaGraph: they hold what its code said of a tensor beyond what its op tells.</summary>
internal static class StoredShapes
{
    /// <summary>The attribute that holds them in a file; in a graph they are the tensors' own.</summary>
    public const string Attribute = "_output_shapes";

    /// <summary>Takes over what they say.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="stored">The attribute.</param>
    /// <param name="conflict">Told of shapes that contradict, which are passed over then; null if that is an error.</param>
    /// <exception cref="GraphException">They are too few, no shapes, or contradict.</exception>
    public static void Take(GraphOperation operation, AttrValue stored, Action<string>? conflict)
    {
        if (!IsListOfShapes(stored))
        {
            return;
        }

        int count = stored.List?.Shape.Count ?? 0;
        if (count < operation.Outputs.Count)
        {
            Report(operation, $"{count} shapes are stored for its {operation.Outputs.Count} outputs", conflict);
            return;
        }

        for (int i = 0; i < operation.Outputs.Count; i++)
        {
            Shape shape;
            try
            {
                shape = Shape.FromProto(stored.List!.Shape[i]);
            }
            catch (GraphException error)
            {
                Report(operation, $"what is stored for output {i} is no shape: {error.Message.TrimEnd('.')}", conflict);
                continue;
            }

            if (operation.Outputs[i].Shape.TryMerge(shape, out Shape merged))
            {
                operation.Outputs[i].Shape = merged;
            }
            else
            {
                Report(operation, $"output {i} has the shape {operation.Outputs[i].Shape}; the shape {shape} that is stored contradicts it", conflict);
            }
        }
    }

    /// <summary>The attribute for an operation in a file; null if it has no outputs.</summary>
    public static AttrValue? Of(GraphOperation operation)
    {
        if (operation.Outputs.Count == 0)
        {
            return null;
        }

        AttrValue stored = new() { List = new() };
        stored.List.Shape.AddRange(operation.Outputs.Select(output => output.Shape.ToProto()));
        return stored;
    }

    // TensorFlow passes over an attribute of that name of any other kind; one without a value is a list without shapes.
    private static bool IsListOfShapes(AttrValue stored) => stored.ValueCase switch
    {
        AttrValue.ValueOneofCase.None => true,
        AttrValue.ValueOneofCase.List => stored.List is { S.Count: 0, I.Count: 0, F.Count: 0, B.Count: 0, Type.Count: 0, Tensor.Count: 0, Func.Count: 0 },
        _ => false,
    };

    private static void Report(GraphOperation operation, string what, Action<string>? conflict)
    {
        string message = $"Node '{operation.Name}' ({operation.Type}): {what}.";
        if (conflict is null)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"{message} The file is damaged, or was written by a TensorFlow whose shape rules were others. If you trust it, open it with -IgnoreShapeConflict ({nameof(GraphImportOptions.IgnoreShapeConflicts)} in .NET): what the ops say counts then.",
                operation.Name);
        }

        conflict(message);
    }
}
