using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Steps divided by the root of all squared gradients so far.</summary>
internal static class AdagradKernels
{
    public static void Register(KernelTable table)
    {
        Stepwise.Ring<Adadelta>(table, "Adadelta");
        Stepwise.Ring<Adagrad>(table, "Adagrad");
        Stepwise.Real<DualAveraging>(table, "AdagradDA", sparse: true);
        Stepwise.Ring<AdagradV2>(table, "AdagradV2");
    }

    // lr, with update_slots.
    private readonly struct Adagrad : IRingStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, INumberBase<T>
        {
            slots.First += hyper.Flag ? gradient * gradient : T.Zero;
            variable -= gradient * hyper.A / Fields.Sqrt(slots.First);
        }
    }

    // lr, epsilon, with update_slots.
    private readonly struct AdagradV2 : IRingStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, INumberBase<T>
        {
            slots.First += hyper.Flag ? gradient * gradient : T.Zero;
            variable -= gradient * hyper.A / (Fields.Sqrt(slots.First) + hyper.B);
        }
    }

    // lr, l1, l2, global_step; slots: the sums of gradients and of their squares, from which alone the variable follows.
    private readonly struct DualAveraging : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T rate, T l1, T l2, T step) = (hyper.A, hyper.B, hyper.C, hyper.D);
            slots.First += gradient;
            slots.Second += gradient * gradient;
            T pull = l1 > T.Zero ? OptimizerStep.Sign(slots.First) * T.Max(T.Abs(slots.First) - l1 * step, T.Zero) : slots.First;
            variable = -rate * pull / (l2 * step * rate + T.Sqrt(slots.Second));
        }
    }

    // lr, rho, epsilon; slots: the mean squares of the gradient and of the update.
    private readonly struct Adadelta : IRingStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, INumberBase<T>
        {
            (T rate, T rho, T epsilon) = (hyper.A, hyper.B, hyper.C);
            slots.First = OptimizerStep.Flush(slots.First * rho + gradient * gradient * (T.One - rho));
            T update = Fields.Sqrt(slots.Second + epsilon) / Fields.Sqrt(slots.First + epsilon) * gradient;
            variable -= update * rate;
            slots.Second = OptimizerStep.Flush(slots.Second * rho + update * update * (T.One - rho));
        }
    }
}
