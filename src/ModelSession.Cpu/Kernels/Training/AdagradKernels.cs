using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Steps divided by the root of all squared gradients so far.</summary>
internal static class AdagradKernels
{
    public static void Register(KernelTable table)
    {
        table.FloatUpdates<Adadelta>("ApplyAdadelta", TypeSet.Floats);
        table.FloatUpdates<Adagrad>("ApplyAdagrad", TypeSet.Floats);
        table.FloatUpdates<AdagradV2>("ApplyAdagradV2", TypeSet.Floats);
        table.FloatUpdates<Adadelta>("ResourceApplyAdadelta", TypeSet.Floats);
        table.FloatUpdates<Adagrad>("ResourceApplyAdagrad", TypeSet.Floats);
        table.FloatUpdates<AdagradV2>("ResourceApplyAdagradV2", TypeSet.Floats);
        table.FloatUpdates<Adadelta>("ResourceSparseApplyAdadelta", TypeSet.Floats);
        table.FloatUpdates<Adagrad>("ResourceSparseApplyAdagrad", TypeSet.Floats);
        table.FloatUpdates<AdagradV2>("ResourceSparseApplyAdagradV2", TypeSet.Floats);
        table.FloatUpdates<Adadelta>("SparseApplyAdadelta", TypeSet.Floats);
        table.FloatUpdates<Adagrad>("SparseApplyAdagrad", TypeSet.Floats);
        table.FloatUpdates<AdagradV2>("SparseApplyAdagradV2", TypeSet.Floats);
    }

    private readonly struct Adagrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool accumulate = node.Bool("update_slots");
            return context =>
            {
                AdagradRule<T> rule = new(S(2), accumulate);
                OptimizerStep.Run<Each<AdagradRule<T>, T>, T>(context, 1, 3, new Each<AdagradRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 3);
            };
        }
    }

    private readonly struct AdagradRule<T>(T rate, bool accumulate) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first += accumulate ? gradient * gradient : T.Zero;
            variable -= gradient * rate / T.Sqrt(first);
        }
    }

    private readonly struct AdagradV2 : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool accumulate = node.Bool("update_slots");
            return context =>
            {
                AdagradV2Rule<T> rule = new(S(2), S(3), accumulate);
                OptimizerStep.Run<Each<AdagradV2Rule<T>, T>, T>(context, 1, 4, new Each<AdagradV2Rule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 4);
            };
        }
    }

    private readonly struct AdagradV2Rule<T>(T rate, T epsilon, bool accumulate) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first += accumulate ? gradient * gradient : T.Zero;
            variable -= gradient * rate / (T.Sqrt(first) + epsilon);
        }
    }

    private readonly struct Adadelta : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                AdadeltaRule<T> rule = new(S(3), S(4), S(5));
                OptimizerStep.Run<Each<AdadeltaRule<T>, T>, T>(context, 2, 6, new Each<AdadeltaRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 6);
            };
        }
    }

    // first: mean square of the gradient; second: of the update.
    private readonly struct AdadeltaRule<T>(T rate, T rho, T epsilon) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first * rho + gradient * gradient * (T.One - rho));
            T update = T.Sqrt(second + epsilon) / T.Sqrt(first + epsilon) * gradient;
            variable -= update * rate;
            second = OptimizerStep.Flush(second * rho + update * update * (T.One - rho));
        }
    }
}
