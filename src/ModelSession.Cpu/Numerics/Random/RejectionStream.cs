using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Uniform and normal numbers for samplers that may refuse some: both kinds take whole blocks of one stream as they need
/// them, and give the last number of a block first.</summary>
/// <typeparam name="T">Half, float (four numbers a block) or double (two).</typeparam>
internal ref struct RejectionStream<T>(Philox stream)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Philox _stream = stream;
    private ulong _block;
    private Numbers<T> _uniforms, _normals;
    private int _uniformsLeft, _normalsLeft;

    /// <summary>In [0, 1).</summary>
    public T Uniform()
    {
        if (_uniformsLeft == 0)
        {
            _uniforms = BlockDistributions.Uniform<T>(_stream.Block(_block++));
            _uniformsLeft = Numbers<T>.Count;
        }

        return _uniforms[--_uniformsLeft];
    }

    /// <summary>Of mean 0 and deviation 1.</summary>
    public T Normal()
    {
        if (_normalsLeft == 0)
        {
            _normals = BlockDistributions.Normal<T>(_stream.Block(_block++));
            _normalsLeft = Numbers<T>.Count;
        }

        return _normals[--_normalsLeft];
    }
}

/// <summary>The numbers that one block makes.</summary>
internal readonly record struct Numbers<T>(T First, T Second, T Third, T Fourth)
    where T : unmanaged
{
    /// <summary>How many there are: a double takes two words.</summary>
    public static int Count => typeof(T) == typeof(double) ? 2 : 4;

    public T this[int index] => index switch { 0 => First, 1 => Second, 2 => Third, _ => Fourth };
}

/// <summary>A block as numbers of a distribution.</summary>
internal static class BlockDistributions
{
    /// <summary>In [0, 1).</summary>
    public static Numbers<T> Uniform<T>(Philox.Words words)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return new(
                T.CreateTruncating(Distributions.Uniform(words.X0, words.X1)), T.CreateTruncating(Distributions.Uniform(words.X2, words.X3)), T.Zero, T.Zero);
        }

        return typeof(T) == typeof(Half)
            ? new(Half<T>(words.X0), Half<T>(words.X1), Half<T>(words.X2), Half<T>(words.X3))
            : new(Single<T>(words.X0), Single<T>(words.X1), Single<T>(words.X2), Single<T>(words.X3));
    }

    /// <summary>Of mean 0 and deviation 1.</summary>
    public static Numbers<T> Normal<T>(Philox.Words words)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            (double x, double y) = Distributions.Normal(words.X0, words.X1, words.X2, words.X3);
            return new(T.CreateTruncating(x), T.CreateTruncating(y), T.Zero, T.Zero);
        }

        (float a, float b) = Distributions.Normal(words.X0, words.X1);
        (float c, float d) = Distributions.Normal(words.X2, words.X3);
        return new(T.CreateTruncating(a), T.CreateTruncating(b), T.CreateTruncating(c), T.CreateTruncating(d));
    }

    private static T Half<T>(uint word)
        where T : INumberBase<T> => T.CreateTruncating(Distributions.UniformHalf(word));

    private static T Single<T>(uint word)
        where T : INumberBase<T> => T.CreateTruncating(Distributions.Uniform(word));
}
