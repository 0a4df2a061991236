using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Steps divided by a moving mean of squared gradients, and relatives of Adam.</summary>
internal static class RmsPropKernels
{
    public static void Register(KernelTable table)
    {
        Stepwise.Real<AdaMax>(table, "AdaMax", sparse: false);
        Stepwise.Real<AddSign>(table, "AddSign", sparse: false);
        Stepwise.Ring<CenteredRmsProp>(table, "CenteredRMSProp");
        Stepwise.Real<PowerSign>(table, "PowerSign", sparse: false);
        Stepwise.Ring<RmsProp>(table, "RMSProp");
        table.FloatUpdates<Stepwise.OfReal<AmsGrad>>("ResourceApplyAdamWithAmsgrad", TypeSet.Floats);
    }

    // lr, rho, momentum, epsilon; slots: the mean square, the momentum.
    private readonly struct RmsProp : IRingStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, INumberBase<T>
        {
            (T rate, T rho, T momentum, T epsilon) = (hyper.A, hyper.B, hyper.C, hyper.D);
            slots.First = OptimizerStep.Flush(slots.First + (gradient * gradient - slots.First) * (T.One - rho));
            slots.Second = OptimizerStep.Flush(slots.Second * momentum + gradient * rate / Fields.Sqrt(slots.First + epsilon));
            variable -= slots.Second;
        }
    }

    // lr, rho, momentum, epsilon; slots: the mean gradient, the mean square, the momentum.
    private readonly struct CenteredRmsProp : IRingStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, INumberBase<T>
        {
            (T rate, T rho, T momentum, T epsilon) = (hyper.A, hyper.B, hyper.C, hyper.D);
            slots.Second = OptimizerStep.Flush(slots.Second + (gradient * gradient - slots.Second) * (T.One - rho));
            slots.First = OptimizerStep.Flush(slots.First + (gradient - slots.First) * (T.One - rho));
            slots.Third = OptimizerStep.Flush(slots.Third * momentum + gradient * rate / Fields.Sqrt(slots.Second - slots.First * slots.First + epsilon));
            variable -= slots.Third;
        }
    }

    // beta1_power, lr, beta1, beta2, epsilon; slots: the mean gradient, the largest gradient, decaying.
    private readonly struct AdaMax : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T beta1Power, T rate, T beta1, T beta2, T epsilon) = (hyper.A, hyper.B, hyper.C, hyper.D, hyper.E);
            slots.First = OptimizerStep.Flush(slots.First + (gradient - slots.First) * (T.One - beta1));
            slots.Second = OptimizerStep.Flush(T.Max(beta2 * slots.Second, T.Abs(gradient)));
            variable -= rate / (T.One - beta1Power) * (slots.First / (slots.Second + epsilon));
        }
    }

    // beta1_power, beta2_power, lr, beta1, beta2, epsilon: Adam, divided by the largest of its mean squares (the third slot).
    private readonly struct AmsGrad : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T beta1Power, T beta2Power, T rate, T beta1, T beta2, T epsilon) = (hyper.A, hyper.B, hyper.C, hyper.D, hyper.E, hyper.F);
            slots.First = OptimizerStep.Flush(slots.First + (gradient - slots.First) * (T.One - beta1));
            slots.Second = OptimizerStep.Flush(slots.Second + (gradient * gradient - slots.Second) * (T.One - beta2));
            slots.Third = T.Max(slots.Third, slots.Second);
            T alpha = rate * T.Sqrt(T.One - beta2Power) / (T.One - beta1Power);
            variable -= slots.First * alpha / (T.Sqrt(slots.Third) + epsilon);
        }
    }

    // lr, alpha, sign_decay, beta.
    private readonly struct AddSign : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T rate, T alpha, T decay, T beta) = (hyper.A, hyper.B, hyper.C, hyper.D);
            slots.First = OptimizerStep.Flush(slots.First * beta + gradient * (T.One - beta));
            variable -= rate * (alpha + decay * (OptimizerStep.Sign(gradient) * OptimizerStep.Sign(slots.First))) * gradient;
        }
    }

    // lr, logbase, sign_decay, beta.
    private readonly struct PowerSign : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T rate, T logBase, T decay, T beta) = (hyper.A, hyper.B, hyper.C, hyper.D);
            slots.First = OptimizerStep.Flush(slots.First * beta + gradient * (T.One - beta));
            variable -= rate * T.Exp(logBase * decay * (OptimizerStep.Sign(gradient) * OptimizerStep.Sign(slots.First))) * gradient;
        }
    }
}
