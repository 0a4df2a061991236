using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Gradient descent, plain and with momentum.</summary>
internal static class GradientDescentKernels
{
    public static void Register(KernelTable table)
    {
        table.RingUpdates<Descent>("ApplyGradientDescent", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Momentum>("ApplyMomentum", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Descent>("ResourceApplyGradientDescent", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<KerasMomentum>("ResourceApplyKerasMomentum", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Momentum>("ResourceApplyMomentum", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<KerasMomentum>("ResourceSparseApplyKerasMomentum", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Momentum>("ResourceSparseApplyMomentum", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Momentum>("SparseApplyMomentum", TypeSet.Floats | TypeSet.Complexes);
    }

    private readonly struct Descent : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
                OptimizerStep.Run<DescentRule<T>, T>(context, 0, 2, new DescentRule<T>(OptimizerStep.Scalar<T>(context, 1, 2)));
    }

    private readonly struct Momentum : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool nesterov = node.Bool("use_nesterov");
            return context => OptimizerStep.Run<MomentumRule<T>, T>(
                context, 1, 3, new MomentumRule<T>(OptimizerStep.Scalar<T>(context, 2, 3), OptimizerStep.Scalar<T>(context, 4, 3), nesterov));
        }
    }

    // Keras multiplies the rate into the accumulator.
    private readonly struct KerasMomentum : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool nesterov = node.Bool("use_nesterov");
            return context => OptimizerStep.Run<KerasRule<T>, T>(
                context, 1, 3, new KerasRule<T>(OptimizerStep.Scalar<T>(context, 2, 3), OptimizerStep.Scalar<T>(context, 4, 3), nesterov));
        }
    }

    private readonly struct DescentRule<T>(T rate) : IUpdateRule<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            int i = Vector<T>.IsSupported ? Vectors(variable, gradient) : 0;
            for (; i < variable.Length; i++)
            {
                variable[i] -= gradient[i] * rate;
            }
        }

        private int Vectors(Span<T> variable, ReadOnlySpan<T> gradient)
        {
            Vector<T> rates = new(rate);
            int i = 0;
            for (; i <= variable.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                (new Vector<T>(variable[i..]) - new Vector<T>(gradient[i..]) * rates).CopyTo(variable[i..]);
            }

            return i;
        }
    }

    private readonly struct MomentumRule<T>(T rate, T momentum, bool nesterov) : IUpdateRule<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            for (int i = 0; i < variable.Length; i++)
            {
                T accumulated = slots.First[i] = OptimizerStep.Flush(slots.First[i] * momentum + gradient[i]);
                variable[i] -= nesterov ? gradient[i] * rate + accumulated * momentum * rate : accumulated * rate;
            }
        }
    }

    private readonly struct KerasRule<T>(T rate, T momentum, bool nesterov) : IUpdateRule<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            for (int i = 0; i < variable.Length; i++)
            {
                T accumulated = slots.First[i] = OptimizerStep.Flush(slots.First[i] * momentum - gradient[i] * rate);
                variable[i] += nesterov ? accumulated * momentum - gradient[i] * rate : accumulated;
            }
        }
    }
}
