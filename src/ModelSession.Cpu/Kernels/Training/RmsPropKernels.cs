using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Steps divided by a moving mean of squared gradients, and relatives of Adam.</summary>
internal static class RmsPropKernels
{
    public static void Register(KernelTable table)
    {
        table.FloatUpdates<AdaMax>("ApplyAdaMax", TypeSet.Floats);
        table.FloatUpdates<AddSign>("ApplyAddSign", TypeSet.Floats);
        table.FloatUpdates<CenteredRmsProp>("ApplyCenteredRMSProp", TypeSet.Floats);
        table.FloatUpdates<PowerSign>("ApplyPowerSign", TypeSet.Floats);
        table.FloatUpdates<RmsProp>("ApplyRMSProp", TypeSet.Floats);
        table.FloatUpdates<AdaMax>("ResourceApplyAdaMax", TypeSet.Floats);
        table.FloatUpdates<AmsGrad>("ResourceApplyAdamWithAmsgrad", TypeSet.Floats);
        table.FloatUpdates<AddSign>("ResourceApplyAddSign", TypeSet.Floats);
        table.FloatUpdates<CenteredRmsProp>("ResourceApplyCenteredRMSProp", TypeSet.Floats);
        table.FloatUpdates<PowerSign>("ResourceApplyPowerSign", TypeSet.Floats);
        table.FloatUpdates<RmsProp>("ResourceApplyRMSProp", TypeSet.Floats);
        table.FloatUpdates<CenteredRmsProp>("ResourceSparseApplyCenteredRMSProp", TypeSet.Floats);
        table.FloatUpdates<RmsProp>("ResourceSparseApplyRMSProp", TypeSet.Floats);
        table.FloatUpdates<CenteredRmsProp>("SparseApplyCenteredRMSProp", TypeSet.Floats);
        table.FloatUpdates<RmsProp>("SparseApplyRMSProp", TypeSet.Floats);
    }

    private readonly struct RmsProp : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                RmsPropRule<T> rule = new(S(3), S(4), S(5), S(6));
                OptimizerStep.Run<Each<RmsPropRule<T>, T>, T>(context, 2, 7, new Each<RmsPropRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 7);
            };
        }
    }

    // first: mean square; second: momentum.
    private readonly struct RmsPropRule<T>(T rate, T rho, T momentum, T epsilon) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first + (gradient * gradient - first) * (T.One - rho));
            second = OptimizerStep.Flush(second * momentum + gradient * rate / T.Sqrt(first + epsilon));
            variable -= second;
        }
    }

    private readonly struct CenteredRmsProp : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                CenteredRmsPropRule<T> rule = new(S(4), S(5), S(6), S(7));
                OptimizerStep.Run<Each<CenteredRmsPropRule<T>, T>, T>(context, 3, 8, new Each<CenteredRmsPropRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 8);
            };
        }
    }

    // first: mean gradient; second: mean square; third: momentum.
    private readonly struct CenteredRmsPropRule<T>(T rate, T rho, T momentum, T epsilon) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            second = OptimizerStep.Flush(second + (gradient * gradient - second) * (T.One - rho));
            first = OptimizerStep.Flush(first + (gradient - first) * (T.One - rho));
            third = OptimizerStep.Flush(third * momentum + gradient * rate / T.Sqrt(second - first * first + epsilon));
            variable -= third;
        }
    }

    private readonly struct AdaMax : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                AdaMaxRule<T> rule = new(S(3), S(4), S(5), S(6), S(7));
                OptimizerStep.Run<Each<AdaMaxRule<T>, T>, T>(context, 2, 8, new Each<AdaMaxRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 8);
            };
        }
    }

    // first: mean gradient; second: the largest gradient, decaying.
    private readonly struct AdaMaxRule<T>(T beta1Power, T rate, T beta1, T beta2, T epsilon) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first + (gradient - first) * (T.One - beta1));
            second = OptimizerStep.Flush(T.Max(beta2 * second, T.Abs(gradient)));
            variable -= rate / (T.One - beta1Power) * (first / (second + epsilon));
        }
    }

    private readonly struct AmsGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                AmsGradRule<T> rule = new(S(4), S(5), S(6), S(7), S(8), S(9));
                OptimizerStep.Run<Each<AmsGradRule<T>, T>, T>(context, 3, 10, new Each<AmsGradRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 10);
            };
        }
    }

    // Adam, divided by the largest of its mean squares (third).
    private readonly struct AmsGradRule<T>(T beta1Power, T beta2Power, T rate, T beta1, T beta2, T epsilon) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first + (gradient - first) * (T.One - beta1));
            second = OptimizerStep.Flush(second + (gradient * gradient - second) * (T.One - beta2));
            third = T.Max(third, second);
            T alpha = rate * T.Sqrt(T.One - beta2Power) / (T.One - beta1Power);
            variable -= first * alpha / (T.Sqrt(third) + epsilon);
        }
    }

    private readonly struct AddSign : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                AddSignRule<T> rule = new(S(2), S(3), S(4), S(5));
                OptimizerStep.Run<Each<AddSignRule<T>, T>, T>(context, 1, 6, new Each<AddSignRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 6);
            };
        }
    }

    private readonly struct AddSignRule<T>(T rate, T alpha, T decay, T beta) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first * beta + gradient * (T.One - beta));
            T agreement = OptimizerStep.Sign(gradient) * OptimizerStep.Sign(first);
            variable -= rate * (alpha + decay * agreement) * gradient;
        }
    }

    private readonly struct PowerSign : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                PowerSignRule<T> rule = new(S(2), S(3), S(4), S(5));
                OptimizerStep.Run<Each<PowerSignRule<T>, T>, T>(context, 1, 6, new Each<PowerSignRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 6);
            };
        }
    }

    private readonly struct PowerSignRule<T>(T rate, T logBase, T decay, T beta) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first = OptimizerStep.Flush(first * beta + gradient * (T.One - beta));
            T agreement = OptimizerStep.Sign(gradient) * OptimizerStep.Sign(first);
            variable -= rate * T.Exp(logBase * decay * agreement) * gradient;
        }
    }
}
