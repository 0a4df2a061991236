using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Tensors written into a text.</summary>
internal static class FormatKernels
{
    public static void Register(KernelTable table) => table.Add("StringFormat", Format);

    private static Kernel Format(GraphOperation node, CpuSession session)
    {
        string[] parts = node.String("template").Split(node.String("placeholder"));
        long shown = node.Int("summarize");
        if (parts.Length != node.Inputs.Count + 1)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"num placeholders in template and num inputs must match: {parts.Length - 1} vs. {node.Inputs.Count}", node.Name);
        }

        return context =>
        {
            StringBuilder text = new(parts[0]);
            for (int i = 0; i < context.InputCount; i++)
            {
                Value value = context.Input(i);
                Append(text, value, context.Widen(value), shown < 0 ? int.MaxValue / 2 : shown, 0, 0);
                text.Append(parts[i + 1]);
            }

            context.Allocate(0, []).Objects[0] = Encoding.UTF8.GetBytes(text.ToString());
        };
    }

    // The first and last few of each dimension.
    private static void Append(StringBuilder text, Value value, Value wide, long shown, int axis, int start)
    {
        if (axis == value.Rank)
        {
            text.Append(Element(wide, start));
            return;
        }

        int size = (int)value.Dimensions[axis], step = (int)new Shape(value.Dimensions[(axis + 1)..]).ElementCount;
        bool last = axis == value.Rank - 1;
        string between = last ? " " : "\n" + new string(' ', axis + 1);
        text.Append('[');
        for (int i = 0; i < size; i++)
        {
            text.Append(i == 0 ? "" : between);
            if (i == shown && size > 2 * shown)
            {
                text.Append("...").Append(between);
                i = (int)(size - shown);
            }

            Append(text, value, wide, shown, axis + 1, start + i * step);
        }

        text.Append(']');
    }

    private static string Element(Value x, int index) => x.DType switch
    {
        DType.String => $"\"{Text.Show(Text.At(x, index))}\"",
        DType.Bool => x.Span<bool>()[index] ? "1" : "0",
        DType.Float32 => NumberText.General(x.Span<float>()[index], 6),
        DType.Float64 => NumberText.General(x.Span<double>()[index], 6),
        DType.UInt32 => x.Span<uint>()[index].ToString(CultureInfo.InvariantCulture),
        DType.UInt64 => x.Span<ulong>()[index].ToString(CultureInfo.InvariantCulture),
        _ => x.Integer(index).ToString(CultureInfo.InvariantCulture),
    };
}
