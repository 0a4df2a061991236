using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>Adam: m and v are moving averages of the gradient and of its square.</summary>
internal static class AdamKernels
{
    // The input that is the gradient.
    private const int Gradient = 9;

    public static void Register(KernelTable table)
    {
        table.RingUpdates<Adam>("ApplyAdam", TypeSet.Floats | TypeSet.Complexes);
        table.RingUpdates<Adam>("ResourceApplyAdam", TypeSet.Floats | TypeSet.Complexes);
    }

    private readonly struct Adam : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool nesterov = node.Bool("use_nesterov");
            return context =>
            {
                T beta1Power = OptimizerStep.Scalar<T>(context, 3, Gradient), beta2Power = OptimizerStep.Scalar<T>(context, 4, Gradient);
                T rate = OptimizerStep.Scalar<T>(context, 5, Gradient), beta1 = OptimizerStep.Scalar<T>(context, 6, Gradient), beta2 = OptimizerStep.Scalar<T>(context, 7, Gradient);
                T alpha = rate * Fields.Sqrt(T.One - beta2Power) / (T.One - beta1Power);
                Rule<T> rule = new(alpha, beta1, T.One - beta1, T.One - beta2, OptimizerStep.Scalar<T>(context, 8, Gradient), nesterov);
                OptimizerStep.Run<Rule<T>, T>(context, 2, Gradient, rule);
            };
        }
    }

    private readonly struct Rule<T>(T alpha, T beta1, T oneMinusBeta1, T oneMinusBeta2, T epsilon, bool nesterov) : IUpdateRule<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            Span<T> ms = slots.First[..variable.Length], vs = slots.Second[..variable.Length];
            gradient = gradient[..variable.Length];
            int i = nesterov || !Vector<T>.IsSupported ? 0 : Vectors(variable, ms, vs, gradient);
            for (; i < variable.Length; i++)
            {
                T g = gradient[i];
                T m = ms[i] = OptimizerStep.Flush(ms[i] + (g - ms[i]) * oneMinusBeta1);
                T v = vs[i] = OptimizerStep.Flush(vs[i] + (g * g - vs[i]) * oneMinusBeta2);
                T step = nesterov ? g * oneMinusBeta1 + beta1 * m : m;
                variable[i] -= step * alpha / (Fields.Sqrt(v) + epsilon);
            }
        }

        private int Vectors(Span<T> variable, Span<T> ms, Span<T> vs, ReadOnlySpan<T> gradient)
        {
            Vector<T> a = new(alpha), b1 = new(oneMinusBeta1), b2 = new(oneMinusBeta2), e = new(epsilon), smallest = new(OptimizerStep.SmallestNormal<T>());
            int i = 0;
            for (; i <= variable.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> g = new(gradient[i..]), m = new(ms[i..]), v = new(vs[i..]);
                m = OptimizerStep.Flush(m + (g - m) * b1, smallest);
                v = OptimizerStep.Flush(v + (g * g - v) * b2, smallest);
                m.CopyTo(ms[i..]);
                v.CopyTo(vs[i..]);
                (new Vector<T>(variable[i..]) - m * a / (Vector.SquareRoot(v) + e)).CopyTo(variable[i..]);
            }

            return i;
        }
    }
}
