using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Rnn;

/// <summary>One step of a long short-term memory, and its gradient.</summary>
internal static class LstmKernels
{
    public static readonly TypeSet Types = TypeSet.Of(DType.Float16, DType.Float32);

    public static void Register(KernelTable table)
    {
        table.Floats<Cell>("LSTMBlockCell", Types);
        table.Floats<CellGrad>("LSTMBlockCellGrad", Types);
    }

    /// <summary>The sizes of a node's cell; inputs from <paramref name="x"/> on are x, cs_prev, h_prev, w, wci, wcf, wco, b.</summary>
    /// <exception cref="EngineException">The shapes do not fit.</exception>
    public static LstmSizes Sizes(KernelContext context, int x, int rank, bool newGates, bool peephole)
    {
        Value input = context.Input(x), state = context.Input(x + 1);
        if (input.Rank != rank || state.Rank != 2)
        {
            throw Failure.Invalid($"x must have {rank} dimensions and cs_prev 2; they are {input.Shape} and {state.Shape}");
        }

        long batch = input.Dimensions[^2], features = input.Dimensions[^1], cell = state.Dimensions[1];
        CheckShape(context, x + 1, [batch, cell]);
        CheckShape(context, x + 2, [batch, cell]);
        CheckShape(context, x + 3, [features + cell, 4 * cell]);
        for (int peep = 4; peep <= 6; peep++)
        {
            CheckShape(context, x + peep, [cell]);
        }

        CheckShape(context, x + 7, [4 * cell]);
        return new LstmSizes(checked((int)batch), checked((int)features), checked((int)cell), newGates, peephole);
    }

    /// <summary>Refuses an input of another shape.</summary>
    public static void CheckShape(KernelContext context, int input, ReadOnlySpan<long> expected)
    {
        Value value = context.Input(input);
        if (!value.Dimensions.SequenceEqual(expected))
        {
            throw Failure.Invalid($"{context.Node.Schema.Definition.InputArg[input].Name} must have the shape {new Shape(expected)}, not {value.Shape}");
        }
    }

    /// <summary>The parameters, from an input w on.</summary>
    public static LstmWeights<T> Weights<T>(KernelContext context, int w)
        where T : unmanaged => new(
            context.Input(w).Span<T>(), context.Input(w + 1).Span<T>(), context.Input(w + 2).Span<T>(), context.Input(w + 3).Span<T>(), context.Input(w + 4).Span<T>());

    private readonly struct Cell : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T bias = T.CreateTruncating(node.Float("forget_bias")), clip = T.CreateTruncating(node.Float("cell_clip"));
            bool peephole = node.Bool("use_peephole");
            return context =>
            {
                LstmSizes sizes = Sizes(context, 0, 2, newGates: false, peephole);
                ReadOnlySpan<long> shape = [sizes.Batch, sizes.Cell];
                LstmStates<T> states = new(
                    context.Allocate(0, shape).Span<T>(), context.Allocate(1, shape).Span<T>(), context.Allocate(2, shape).Span<T>(),
                    context.Allocate(3, shape).Span<T>(), context.Allocate(4, shape).Span<T>(), context.Allocate(5, shape).Span<T>(),
                    context.Allocate(6, shape).Span<T>());
                LstmCell<T>.Forward(
                    sizes, Weights<T>(context, 3), context.Input(0).Span<T>(), context.Input(1).Span<T>(), context.Input(2).Span<T>(), states, bias, clip,
                    context.Workers, context.Workspace);
            };
        }
    }

    private readonly struct CellGrad : IFloatKernel
    {
        private const int FirstState = 8;

        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool peephole = node.Bool("use_peephole");
            return context =>
            {
                LstmSizes sizes = Sizes(context, 0, 2, newGates: false, peephole);
                ReadOnlySpan<long> shape = [sizes.Batch, sizes.Cell];
                for (int input = FirstState; input < context.InputCount; input++)
                {
                    CheckShape(context, input, shape);
                }

                LstmStates<T> states = new(State(0), State(1), State(2), State(3), State(4), State(5), default);
                Span<T> before = context.Allocate(0, shape).Span<T>(), gates = context.Allocate(1, [sizes.Batch, 4 * sizes.Cell]).Span<T>();
                LstmPeepholes<T> peepholes = new(Cleared(2), Cleared(3), Cleared(4));
                LstmCell<T>.Backward(sizes, Weights<T>(context, 3), context.Input(1).Span<T>(), states, State(6), State(7), gates, before, peepholes);

                Span<T> State(int number) => context.Input(FirstState + number).Span<T>();

                Span<T> Cleared(int output)
                {
                    Span<T> sum = context.Allocate(output, [sizes.Cell]).Span<T>();
                    sum.Clear();
                    return sum;
                }
            };
        }
    }
}
