using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Follow the regularised leader, and proximal steps: weights that the L1 term outweighs become 0.</summary>
internal static class FtrlKernels
{
    public static void Register(KernelTable table)
    {
        Stepwise.Real<Ftrl>(table, "Ftrl", sparse: true);
        Stepwise.Real<FtrlV2>(table, "FtrlV2", sparse: true);
        Stepwise.Real<ProximalAdagrad>(table, "ProximalAdagrad", sparse: true);
        Stepwise.Real<ProximalDescent>(table, "ProximalGradientDescent", sparse: true);
    }

    private static T Root<T>(T sum, T power)
        where T : IFloatingPointIeee754<T> => power == T.CreateChecked(-0.5) ? T.Sqrt(sum) : T.Pow(sum, -power);

    private static T Shrink<T>(T value, T by)
        where T : IFloatingPointIeee754<T> => by > T.Zero ? OptimizerStep.Sign(value) * T.Max(T.Abs(value) - by, T.Zero) : value;

    // Slots: the sum of squares, the linear term.
    private static void Lead<T>(Regularization<T> hyper, ref T variable, Slot<T> slots, T gradient, T shrunk)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T rate, T l1, T l2, T power, bool byRate) = hyper;
        T sum = slots.First + gradient * gradient;
        T before = Root(slots.First, power), after = Root(sum, power);
        slots.Second += byRate ? shrunk * rate - (after - before) * variable : shrunk - (after - before) / rate * variable;
        T threshold = byRate ? l1 * rate : l1;
        T pull = OptimizerStep.Sign(slots.Second) * threshold - slots.Second;
        T curvature = after / (byRate ? T.One : rate) + (T.One + T.One) * l2 * (byRate ? rate : T.One);
        variable = T.Abs(slots.Second) > threshold ? pull / curvature : T.Zero;
        slots.First = sum;
    }

    private readonly record struct Regularization<T>(T Rate, T L1, T L2, T Power, bool ByRate);

    // lr, l1, l2, lr_power, with multiply_linear_by_lr.
    private readonly struct Ftrl : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Lead(new(hyper.A, hyper.B, hyper.C, hyper.D, hyper.Flag), ref variable, slots, gradient, gradient);
    }

    // lr, l1, l2, l2_shrinkage, lr_power, with multiply_linear_by_lr.
    private readonly struct FtrlV2 : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Lead(new(hyper.A, hyper.B, hyper.C, hyper.E, hyper.Flag), ref variable, slots, gradient, gradient + (T.One + T.One) * hyper.D * variable);
    }

    // alpha, l1, l2.
    private readonly struct ProximalDescent : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T rate, T l1, T l2) = (hyper.A, hyper.B, hyper.C);
            variable = Shrink(variable - gradient * rate, rate * l1) / (T.One + l2 * rate);
        }
    }

    // lr, l1, l2.
    private readonly struct ProximalAdagrad : IStepwise
    {
        public static void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            slots.First += gradient * gradient;
            T own = hyper.A / T.Sqrt(slots.First);
            variable = Shrink(variable - gradient * own, own * hyper.B) / (T.One + hyper.C * own);
        }
    }
}
