using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Follow the regularised leader, and proximal steps: weights that the L1 term outweighs become 0.</summary>
internal static class FtrlKernels
{
    public static void Register(KernelTable table)
    {
        table.FloatUpdates<Ftrl>("ApplyFtrl", TypeSet.Floats);
        table.FloatUpdates<FtrlV2>("ApplyFtrlV2", TypeSet.Floats);
        table.FloatUpdates<ProximalAdagrad>("ApplyProximalAdagrad", TypeSet.Floats);
        table.FloatUpdates<ProximalDescent>("ApplyProximalGradientDescent", TypeSet.Floats);
        table.FloatUpdates<Ftrl>("ResourceApplyFtrl", TypeSet.Floats);
        table.FloatUpdates<FtrlV2>("ResourceApplyFtrlV2", TypeSet.Floats);
        table.FloatUpdates<ProximalAdagrad>("ResourceApplyProximalAdagrad", TypeSet.Floats);
        table.FloatUpdates<ProximalDescent>("ResourceApplyProximalGradientDescent", TypeSet.Floats);
        table.FloatUpdates<Ftrl>("ResourceSparseApplyFtrl", TypeSet.Floats);
        table.FloatUpdates<FtrlV2>("ResourceSparseApplyFtrlV2", TypeSet.Floats);
        table.FloatUpdates<ProximalAdagrad>("ResourceSparseApplyProximalAdagrad", TypeSet.Floats);
        table.FloatUpdates<ProximalDescent>("ResourceSparseApplyProximalGradientDescent", TypeSet.Floats);
        table.FloatUpdates<Ftrl>("SparseApplyFtrl", TypeSet.Floats);
        table.FloatUpdates<FtrlV2>("SparseApplyFtrlV2", TypeSet.Floats);
        table.FloatUpdates<ProximalAdagrad>("SparseApplyProximalAdagrad", TypeSet.Floats);
        table.FloatUpdates<ProximalDescent>("SparseApplyProximalGradientDescent", TypeSet.Floats);
    }

    private static T Root<T>(T sum, T power)
        where T : IFloatingPointIeee754<T> => power == T.CreateChecked(-0.5) ? T.Sqrt(sum) : T.Pow(sum, -power);

    private static T Shrink<T>(T value, T by)
        where T : IFloatingPointIeee754<T> => by > T.Zero ? OptimizerStep.Sign(value) * T.Max(T.Abs(value) - by, T.Zero) : value;

    private readonly struct Ftrl : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool multiplyByRate = node.Bool("multiply_linear_by_lr");
            return context =>
            {
                FtrlRule<T> rule = new(S(4), S(5), S(6), S(7), multiplyByRate);
                OptimizerStep.Run<Each<FtrlRule<T>, T>, T>(context, 2, 3, new Each<FtrlRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 3);
            };
        }
    }

    // first: sum of squares; second: linear term.
    private readonly struct FtrlRule<T>(T rate, T l1, T l2, T power, bool multiplyByRate) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            T gradientAndShrinkage = gradient;
            T sum = first + gradient * gradient;
            T before = Root(first, power), after = Root(sum, power);
            T scale = multiplyByRate ? T.One : rate;
            second += multiplyByRate ? gradientAndShrinkage * rate - (after - before) * variable : gradientAndShrinkage - (after - before) / rate * variable;
            T threshold = multiplyByRate ? l1 * rate : l1;
            T pull = OptimizerStep.Sign(second) * threshold - second;
            T curvature = after / scale + (T.One + T.One) * l2 * (multiplyByRate ? rate : T.One);
            variable = T.Abs(second) > threshold ? pull / curvature : T.Zero;
            first = sum;
        }
    }

    private readonly struct FtrlV2 : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool multiplyByRate = node.Bool("multiply_linear_by_lr");
            return context =>
            {
                FtrlV2Rule<T> rule = new(S(4), S(5), S(6), S(7), S(8), multiplyByRate);
                OptimizerStep.Run<Each<FtrlV2Rule<T>, T>, T>(context, 2, 3, new Each<FtrlV2Rule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 3);
            };
        }
    }

    // first: sum of squares; second: linear term.
    private readonly struct FtrlV2Rule<T>(T rate, T l1, T l2, T shrinkage, T power, bool multiplyByRate) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            T gradientAndShrinkage = gradient + (T.One + T.One) * shrinkage * variable;
            T sum = first + gradient * gradient;
            T before = Root(first, power), after = Root(sum, power);
            T scale = multiplyByRate ? T.One : rate;
            second += multiplyByRate ? gradientAndShrinkage * rate - (after - before) * variable : gradientAndShrinkage - (after - before) / rate * variable;
            T threshold = multiplyByRate ? l1 * rate : l1;
            T pull = OptimizerStep.Sign(second) * threshold - second;
            T curvature = after / scale + (T.One + T.One) * l2 * (multiplyByRate ? rate : T.One);
            variable = T.Abs(second) > threshold ? pull / curvature : T.Zero;
            first = sum;
        }
    }

    private readonly struct ProximalDescent : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                ProximalDescentRule<T> rule = new(S(1), S(2), S(3));
                OptimizerStep.Run<Each<ProximalDescentRule<T>, T>, T>(context, 0, 4, new Each<ProximalDescentRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 4);
            };
        }
    }

    private readonly struct ProximalDescentRule<T>(T rate, T l1, T l2) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            T moved = variable - gradient * rate;
            variable = Shrink(moved, rate * l1) / (T.One + l2 * rate);
        }
    }

    private readonly struct ProximalAdagrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            return context =>
            {
                ProximalAdagradRule<T> rule = new(S(2), S(3), S(4));
                OptimizerStep.Run<Each<ProximalAdagradRule<T>, T>, T>(context, 1, 5, new Each<ProximalAdagradRule<T>, T>(rule));

                T S(int input) => OptimizerStep.Scalar<T>(context, input, 5);
            };
        }
    }

    private readonly struct ProximalAdagradRule<T>(T rate, T l1, T l2) : IElementRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Step(ref T variable, ref T first, ref T second, ref T third, T gradient)
        {
            first += gradient * gradient;
            T own = rate / T.Sqrt(first);
            T moved = variable - gradient * own;
            variable = Shrink(moved, own * l1) / (T.One + l2 * own);
        }
    }
}
