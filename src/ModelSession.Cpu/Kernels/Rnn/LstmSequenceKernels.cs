using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Rnn;

/// <summary>All steps of a long short-term memory, and their gradient. Inputs and states are [time, batch, …].</summary>
internal static class LstmSequenceKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Block>("BlockLSTM", LstmKernels.Types);
        table.Floats<BlockGrad>("BlockLSTMGrad", LstmKernels.Types);
        table.Floats<BlockGrad>("BlockLSTMGradV2", LstmKernels.Types);
        table.Floats<Block>("BlockLSTMV2", LstmKernels.Types);
    }

    private static int Steps(KernelContext context)
    {
        long steps = context.Input(0).IntegerScalar("seq_len_max"), time = context.Input(1).Rank == 3 ? context.Input(1).Dimensions[0] : 0;
        return context.Input(0).Rank == 0 && steps >= 0 && steps <= time
            ? (int)steps
            : throw Failure.Invalid($"seq_len_max must be a scalar between 0 and the {time} time steps of x, not {steps}");
    }

    private static bool IsNew(GraphOperation node) => node.Type.EndsWith("V2", StringComparison.Ordinal);

    private readonly struct Block : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T bias = IsNew(node) ? T.Zero : T.CreateTruncating(node.Float("forget_bias")), clip = T.CreateTruncating(node.Float("cell_clip"));
            bool peephole = node.Bool("use_peephole"), newGates = IsNew(node);
            return context =>
            {
                int steps = Steps(context);
                LstmSizes sizes = LstmKernels.Sizes(context, 1, 3, newGates, peephole);
                LstmWeights<T> weights = LstmKernels.Weights<T>(context, 4);
                ReadOnlySpan<T> x = context.Input(1).Span<T>(), firstState = context.Input(2).Span<T>(), firstResult = context.Input(3).Span<T>();
                LstmStates<T> all = new(Output(0), Output(1), Output(2), Output(3), Output(4), Output(5), Output(6));
                int length = sizes.StateLength, features = sizes.Batch * sizes.Input;
                for (int t = 0; t < steps; t++)
                {
                    ReadOnlySpan<T> state = t == 0 ? firstState : all.Cs.Slice((t - 1) * length, length);
                    ReadOnlySpan<T> result = t == 0 ? firstResult : all.H.Slice((t - 1) * length, length);
                    LstmCell<T>.Forward(
                        sizes, weights, x.Slice(t * features, features), state, result, all.Slice(t * length, length), bias, clip, context.Workers, context.Workspace);
                    context.Cancel.ThrowIfCancellationRequested();
                }

                // What lies behind the last step is 0; in TensorFlow some of it is memory that nobody wrote.
                Span<T> Output(int number)
                {
                    Span<T> output = context.Allocate(number, [context.Input(1).Dimensions[0], sizes.Batch, sizes.Cell]).Span<T>();
                    output[(steps * sizes.StateLength)..].Clear();
                    return output;
                }
            };
        }
    }

    private readonly struct BlockGrad : IFloatKernel
    {
        private const int FirstState = 9;

        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool peephole = node.Bool("use_peephole"), newGates = IsNew(node);
            return context =>
            {
                int steps = Steps(context);
                LstmSizes sizes = LstmKernels.Sizes(context, 1, 3, newGates, peephole);
                for (int input = FirstState; input < context.InputCount; input++)
                {
                    LstmKernels.CheckShape(context, input, [context.Input(1).Dimensions[0], sizes.Batch, sizes.Cell]);
                }

                Walk<T>(context, sizes, steps);
            };
        }

        // From the last step back.
        private static void Walk<T>(KernelContext context, LstmSizes sizes, int steps)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int cell = sizes.Cell, wide = sizes.Input + cell, length = sizes.StateLength, features = sizes.Batch * sizes.Input;
            LstmWeights<T> weights = LstmKernels.Weights<T>(context, 4);
            LstmStates<T> all = new(State(0), State(1), State(2), State(3), State(4), State(5), State(6));
            Span<T> xGradient = Cleared(0, 1), stateGradient = Cleared(1, 2), resultGradient = Cleared(2, 3), weightGradient = Cleared(3, 4);
            LstmPeepholes<T> peepholes = new(Cleared(4, 5), Cleared(5, 6), Cleared(6, 7));
            Span<T> biasGradient = Cleared(7, 8);
            Span<T> gates = context.Scratch<T>(4 * length), joined = context.Scratch<T>(sizes.Batch * wide), product = context.Scratch<T>(weightGradient.Length);
            Span<T> ofState = context.Scratch<T>(length), ofResult = context.Scratch<T>(length);
            for (int t = steps - 1; t >= 0; t--)
            {
                TensorPrimitives.Add(State(7).Slice(t * length, length), stateGradient, ofState);
                TensorPrimitives.Add(State(8).Slice(t * length, length), resultGradient, ofResult);
                ReadOnlySpan<T> before = t == 0 ? context.Input(2).Span<T>() : all.Cs.Slice((t - 1) * length, length);
                ReadOnlySpan<T> resultBefore = t == 0 ? context.Input(3).Span<T>() : all.H.Slice((t - 1) * length, length);
                LstmCell<T>.Backward(sizes, weights, before, all.Slice(t * length, length), ofState, ofResult, gates, stateGradient, peepholes);

                Multiply(new GemmShape(sizes.Batch, wide, 4 * cell, TransposeB: true), gates, weights.W, joined);
                Recurrent.Part(joined, sizes.Batch, 0, xGradient.Slice(t * features, features));
                Recurrent.Part(joined, sizes.Batch, sizes.Input, resultGradient);
                Recurrent.Join(context.Input(1).Span<T>().Slice(t * features, features), resultBefore, sizes.Batch, joined);
                Multiply(new GemmShape(wide, 4 * cell, sizes.Batch, TransposeA: true), joined, gates, product);
                TensorPrimitives.Add(weightGradient, product, weightGradient);
                Recurrent.AddRows<T>(gates, biasGradient);
                context.Cancel.ThrowIfCancellationRequested();
            }

            void Multiply(GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c) =>
                Gemm.Multiply(shape, a, b, c, default, context.Workers, context.Workspace);

            Span<T> State(int number) => context.Input(FirstState + number).Span<T>();

            Span<T> Cleared(int output, int input)
            {
                Span<T> sum = context.Allocate(output, context.Input(input).Dimensions).Span<T>();
                sum.Clear();
                return sum;
            }
        }
    }
}
