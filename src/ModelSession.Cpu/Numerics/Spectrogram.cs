using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>How strong each frequency is in a window of sound, weighted as von Hann's; the window is filled up to a power of 2.</summary>
internal sealed class Spectrogram
{
    /// <summary>Windows longer than this are refused.</summary>
    public const int LongestWindow = 1 << 24;

    private readonly double[] _weights;
    private readonly Complex[] _line;
    private readonly Fourier _fourier;

    public Spectrogram(int window)
    {
        _weights = new double[window];
        for (int i = 0; i < window; i++)
        {
            _weights[i] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window));
        }

        _line = new Complex[BitOperations.RoundUpToPowerOf2((uint)window)];
        _fourier = new Fourier(_line.Length);
    }

    /// <summary>How many frequencies there are.</summary>
    public int BinCount => 1 + (_line.Length / 2);

    /// <summary>Computes one window.</summary>
    /// <param name="sound">From its first sample on.</param>
    /// <param name="step">From one sample to the next.</param>
    /// <param name="squared">Whether squares of magnitudes are wanted.</param>
    /// <param name="result">The frequencies' magnitudes.</param>
    public void Compute(ReadOnlySpan<float> sound, int step, bool squared, Span<float> result)
    {
        for (int i = 0; i < _line.Length; i++)
        {
            _line[i] = i < _weights.Length ? sound[i * step] * _weights[i] : 0;
        }

        _fourier.Transform(_line);
        for (int i = 0; i < result.Length; i++)
        {
            float square = (float)((_line[i].Real * _line[i].Real) + (_line[i].Imaginary * _line[i].Imaginary));
            result[i] = squared ? square : MathF.Sqrt(square);
        }
    }
}
