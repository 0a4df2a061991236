using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Rnn;

/// <summary>One step of a gated recurrent unit, and its gradient.</summary>
internal static class GruKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("GRUBlockCell", "T", TypeSet.Float32, (_, _) => Cell);
        table.Add("GRUBlockCellGrad", "T", TypeSet.Float32, (_, _) => CellGrad);
    }

    private static (int Batch, int Input, int Cell) Sizes(KernelContext context)
    {
        Value x = context.Input(0), h = context.Input(1);
        if (x.Rank != 2 || h.Rank != 2)
        {
            throw Failure.Invalid($"x and h_prev must have 2 dimensions; they are {x.Shape} and {h.Shape}");
        }

        long batch = x.Dimensions[0], features = x.Dimensions[1], cell = h.Dimensions[1];
        LstmKernels.CheckShape(context, 1, [batch, cell]);
        LstmKernels.CheckShape(context, 2, [features + cell, 2 * cell]);
        LstmKernels.CheckShape(context, 3, [features + cell, cell]);
        LstmKernels.CheckShape(context, 4, [2 * cell]);
        LstmKernels.CheckShape(context, 5, [cell]);
        return (checked((int)batch), checked((int)features), checked((int)cell));
    }

    // r and u from x and the state; the new content c from x and what r lets through of the state; u mixes state and content.
    private static void Cell(KernelContext context)
    {
        (int batch, int features, int cell) = Sizes(context);
        ReadOnlySpan<float> x = context.Input(0).Span<float>(), before = context.Input(1).Span<float>();
        ReadOnlySpan<long> shape = [batch, cell];
        Span<float> r = context.Allocate(0, shape).Span<float>(), u = context.Allocate(1, shape).Span<float>();
        Span<float> c = context.Allocate(2, shape).Span<float>(), h = context.Allocate(3, shape).Span<float>();
        Span<float> joined = context.Scratch<float>(batch * (features + cell)), gates = context.Scratch<float>(2 * batch * cell);
        Recurrent.Join(x, before, batch, joined);
        Multiply(context, new GemmShape(batch, 2 * cell, features + cell), joined, context.Input(2).Span<float>(), gates, context.Input(4).Span<float>());
        TensorPrimitives.Sigmoid<float>(gates, gates);
        Recurrent.Part<float>(gates, batch, 0, r);
        Recurrent.Part<float>(gates, batch, cell, u);
        TensorPrimitives.Multiply(before, r, h);
        Recurrent.Join(x, h, batch, joined);
        Multiply(context, new GemmShape(batch, cell, features + cell), joined, context.Input(3).Span<float>(), c, context.Input(5).Span<float>());
        TensorPrimitives.Tanh<float>(c, c);
        for (int i = 0; i < h.Length; i++)
        {
            h[i] = u[i] * before[i] + (1 - u[i]) * c[i];
        }
    }

    private static void CellGrad(KernelContext context)
    {
        (int batch, int features, int cell) = Sizes(context);
        for (int input = 6; input < context.InputCount; input++)
        {
            LstmKernels.CheckShape(context, input, [batch, cell]);
        }

        ReadOnlySpan<float> before = context.Input(1).Span<float>(), r = context.Input(6).Span<float>(), u = context.Input(7).Span<float>();
        ReadOnlySpan<float> c = context.Input(8).Span<float>(), dh = context.Input(9).Span<float>();
        Span<float> ofX = context.Allocate(0, [batch, features]).Span<float>(), ofBefore = context.Allocate(1, [batch, cell]).Span<float>();
        Span<float> ofContent = context.Allocate(2, [batch, cell]).Span<float>(), ofGates = context.Allocate(3, [batch, 2 * cell]).Span<float>();
        for (int i = 0; i < dh.Length; i++)
        {
            ofContent[i] = dh[i] * (1 - u[i]) * (1 - c[i] * c[i]);
        }

        // Through the content's product: of x, and of the state that r let through.
        Span<float> joined = context.Scratch<float>(batch * (features + cell)), passed = context.Scratch<float>(batch * cell);
        Multiply(context, new GemmShape(batch, features + cell, cell, TransposeB: true), ofContent, context.Input(3).Span<float>(), joined, default);
        Span<float> xOfContent = context.Scratch<float>(ofX.Length);
        Recurrent.Part<float>(joined, batch, 0, xOfContent);
        Recurrent.Part<float>(joined, batch, features, passed);
        for (int i = 0; i < dh.Length; i++)
        {
            int gate = i / cell * 2 * cell + i % cell;
            ofGates[gate] = passed[i] * before[i] * r[i] * (1 - r[i]);
            ofGates[gate + cell] = dh[i] * (before[i] - c[i]) * u[i] * (1 - u[i]);
        }

        Multiply(context, new GemmShape(batch, features + cell, 2 * cell, TransposeB: true), ofGates, context.Input(2).Span<float>(), joined, default);
        Recurrent.Part<float>(joined, batch, 0, ofX);
        Recurrent.Part<float>(joined, batch, features, ofBefore);
        TensorPrimitives.Add<float>(ofX, xOfContent, ofX);
        for (int i = 0; i < dh.Length; i++)
        {
            ofBefore[i] += passed[i] * r[i] + dh[i] * u[i];
        }
    }

    private static void Multiply(KernelContext context, GemmShape shape, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result, ReadOnlySpan<float> bias) =>
        Gemm.Multiply(shape, a, b, result, new Epilogue<float>(bias), context.Workers, context.Workspace);
}
