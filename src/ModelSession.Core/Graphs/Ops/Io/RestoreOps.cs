using System.Globalization;

namespace ModelSessions.Graphs.Ops;

/// <summary>Tensors read from checkpoints. Of a slice the file is told the place, and the shape rule with it the size.</summary>
internal static class RestoreOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("RestoreSlice", c => c.Output(0, SliceShape(Texts(c, 2) is [var text] ? text : "")));
        ops.Define("RestoreV2", c =>
        {
            string[] texts = Texts(c, 2);
            for (int i = 0; i < c.OutputCount && i < texts.Length; i++)
            {
                c.Output(i, SliceShape(texts[i]));
            }
        });
    }

    private static string[] Texts(ShapeContext c, int input)
    {
        GraphOperation source = c.Operation.Inputs[input].Operation;
        return source.Type == "Const" && source.Tensor("value") is { DType: DType.String } value ? [.. Enumerable.Range(0, (int)value.ElementCount).Select(value.StringAt)] : [];
    }

    // "31 6 0,11:0,6": the sizes of the whole, then start and length along each dimension, or "-" for all of it.
    private static Shape SliceShape(string text)
    {
        string[] words = text.Split(' ');
        string[] extents = words[^1].Split(':');
        if (words.Length < 2 || extents.Length != words.Length - 1)
        {
            return Shape.Unknown;
        }

        long[] sizes = new long[extents.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            string length = extents[i] == "-" ? words[i] : extents[i][(extents[i].IndexOf(',', StringComparison.Ordinal) + 1)..];
            if (!long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]))
            {
                return Shape.Unknown;
            }
        }

        return new Shape(sizes);
    }
}
