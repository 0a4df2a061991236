using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The sizes of a recurrent cell.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Input">Features of a step.</param>
/// <param name="Cell">Units.</param>
/// <param name="NewGates">Whether the gates lie in the order input, forget, cell, output; else input, cell, forget, output.</param>
/// <param name="Peephole">Whether gates see the cell's state.</param>
internal readonly record struct LstmSizes(int Batch, int Input, int Cell, bool NewGates, bool Peephole)
{
    /// <summary>Elements of a state.</summary>
    public int StateLength => Batch * Cell;

    /// <summary>Where the gate of the new content begins.</summary>
    public int ContentGate => NewGates ? 2 * Cell : Cell;

    /// <summary>Where the gate of forgetting begins.</summary>
    public int ForgetGate => NewGates ? Cell : 2 * Cell;
}

/// <summary>The parameters of a cell: weights of [input + cell, 4 · cell], three peepholes and a bias.</summary>
internal readonly ref struct LstmWeights<T>(ReadOnlySpan<T> w, ReadOnlySpan<T> wci, ReadOnlySpan<T> wcf, ReadOnlySpan<T> wco, ReadOnlySpan<T> b)
{
    public ReadOnlySpan<T> W { get; } = w;

    public ReadOnlySpan<T> Wci { get; } = wci;

    public ReadOnlySpan<T> Wcf { get; } = wcf;

    public ReadOnlySpan<T> Wco { get; } = wco;

    public ReadOnlySpan<T> B { get; } = b;
}

/// <summary>Sums for the gradients of the peepholes.</summary>
internal readonly ref struct LstmPeepholes<T>(Span<T> wci, Span<T> wcf, Span<T> wco)
{
    public Span<T> Wci { get; } = wci;

    public Span<T> Wcf { get; } = wcf;

    public Span<T> Wco { get; } = wco;
}

/// <summary>What a step computes, each [batch, cell]: the gates i, f, o, the new content ci, the state cs, its tanh co, the result h.</summary>
internal readonly ref struct LstmStates<T>(Span<T> i, Span<T> cs, Span<T> f, Span<T> o, Span<T> ci, Span<T> co, Span<T> h)
{
    public Span<T> I { get; } = i;

    public Span<T> Cs { get; } = cs;

    public Span<T> F { get; } = f;

    public Span<T> O { get; } = o;

    public Span<T> Ci { get; } = ci;

    public Span<T> Co { get; } = co;

    public Span<T> H { get; } = h;

    /// <summary>A stretch of all.</summary>
    public LstmStates<T> Slice(int start, int length) => new(
        I.Slice(start, length), Cs.Slice(start, length), F.Slice(start, length), O.Slice(start, length), Ci.Slice(start, length), Co.Slice(start, length),
        H.IsEmpty ? H : H.Slice(start, length));
}

/// <summary>A long short-term memory, one step at a time.</summary>
internal static class LstmCell<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>One step.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="weights">The parameters.</param>
    /// <param name="x">The step's input.</param>
    /// <param name="before">The state before.</param>
    /// <param name="result">The result before.</param>
    /// <param name="states">Gets all that is computed.</param>
    /// <param name="forgetBias">Added to the gate of forgetting.</param>
    /// <param name="clip">Bounds the state, if it is positive.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="workspace">Scratch memory.</param>
    public static void Forward(
        in LstmSizes sizes, LstmWeights<T> weights, ReadOnlySpan<T> x, ReadOnlySpan<T> before, ReadOnlySpan<T> result, LstmStates<T> states,
        T forgetBias, T clip, WorkerPool pool, Workspace workspace)
    {
        int cell = sizes.Cell, wide = sizes.Input + cell;
        using Workspace.Lease lease = workspace.Rent((long)sizes.Batch * (wide + 4 * cell) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        Span<T> joined = lease.Span<T>(0, sizes.Batch * wide), gates = lease.Span<T>((long)sizes.Batch * wide, sizes.Batch * 4 * cell);
        Recurrent.Join(x, result, sizes.Batch, joined);
        Gemm.Multiply(new GemmShape(sizes.Batch, 4 * cell, wide), joined, weights.W, gates, new Epilogue<T>(weights.B), pool, workspace);
        for (int row = 0; row < sizes.Batch; row++)
        {
            Row(sizes, weights, gates.Slice(row * 4 * cell, 4 * cell), before.Slice(row * cell, cell), states.Slice(row * cell, cell), forgetBias, clip);
        }
    }

    private static void Row(
        in LstmSizes sizes, LstmWeights<T> weights, Span<T> gates, ReadOnlySpan<T> before, LstmStates<T> states, T forgetBias, T clip)
    {
        int cell = sizes.Cell;
        Span<T> i = gates[..cell], ci = gates.Slice(sizes.ContentGate, cell), f = gates.Slice(sizes.ForgetGate, cell), o = gates.Slice(3 * cell, cell);
        TensorPrimitives.Add(f, forgetBias, f);
        if (sizes.Peephole)
        {
            TensorPrimitives.MultiplyAdd(before, weights.Wci, i, i);
            TensorPrimitives.MultiplyAdd(before, weights.Wcf, f, f);
        }

        TensorPrimitives.Sigmoid<T>(i, states.I);
        TensorPrimitives.Tanh<T>(ci, states.Ci);
        TensorPrimitives.Sigmoid<T>(f, states.F);
        TensorPrimitives.Multiply(states.F, before, states.Cs);
        TensorPrimitives.MultiplyAdd<T>(states.I, states.Ci, states.Cs, states.Cs);
        if (clip > T.Zero)
        {
            TensorPrimitives.Max(states.Cs, -clip, states.Cs);
            TensorPrimitives.Min(states.Cs, clip, states.Cs);
        }

        if (sizes.Peephole)
        {
            TensorPrimitives.MultiplyAdd(states.Cs, weights.Wco, o, o);
        }

        TensorPrimitives.Sigmoid<T>(o, states.O);
        TensorPrimitives.Tanh<T>(states.Cs, states.Co);
        TensorPrimitives.Multiply<T>(states.O, states.Co, states.H);
    }

    /// <summary>The gradients of one step's gates and of the state before it.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="weights">The parameters.</param>
    /// <param name="before">The state before.</param>
    /// <param name="states">What the step computed.</param>
    /// <param name="stateGradient">The gradient of the state.</param>
    /// <param name="resultGradient">The gradient of the result.</param>
    /// <param name="gates">Gets the gradients of the gates, [batch, 4 · cell].</param>
    /// <param name="beforeGradient">Gets the gradient of the state before.</param>
    /// <param name="peepholes">Three vectors to which the gradients of the peepholes are added.</param>
    public static void Backward(
        in LstmSizes sizes, LstmWeights<T> weights, ReadOnlySpan<T> before, LstmStates<T> states, ReadOnlySpan<T> stateGradient,
        ReadOnlySpan<T> resultGradient, Span<T> gates, Span<T> beforeGradient, LstmPeepholes<T> peepholes)
    {
        for (int at = 0; at < sizes.StateLength; at++)
        {
            int unit = at % sizes.Cell;
            T i = states.I[at], f = states.F[at], o = states.O[at], ci = states.Ci[at], co = states.Co[at], dh = resultGradient[at];
            T ofO = o * (T.One - o) * dh * co;
            T ofState = (T.One - co * co) * dh * o + stateGradient[at];
            ofState += sizes.Peephole ? ofO * weights.Wco[unit] : T.Zero;
            T ofContent = (T.One - ci * ci) * ofState * i, ofF = f * (T.One - f) * ofState * before[at], ofI = i * (T.One - i) * ofState * ci;
            T ofBefore = ofState * f;
            Span<T> row = gates.Slice(at / sizes.Cell * 4 * sizes.Cell, 4 * sizes.Cell);
            (row[unit], row[sizes.ContentGate + unit], row[sizes.ForgetGate + unit], row[3 * sizes.Cell + unit]) = (ofI, ofContent, ofF, ofO);
            if (sizes.Peephole)
            {
                ofBefore += ofI * weights.Wci[unit] + ofF * weights.Wcf[unit];
                peepholes.Wci[unit] += ofI * before[at];
                peepholes.Wcf[unit] += ofF * before[at];
                peepholes.Wco[unit] += ofO * states.Cs[at];
            }

            beforeGradient[at] = ofBefore;
        }
    }
}
