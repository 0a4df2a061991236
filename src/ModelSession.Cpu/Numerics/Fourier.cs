using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The discrete Fourier transform of one length: Cooley and Tukey's way over the prime factors, Bluestein's for large primes.
/// An object serves one thread at a time.</summary>
internal sealed class Fourier
{
    // Above this a prime's direct sum is slower than a convolution of a power of 2.
    private const int LargestDirectPrime = 61;

    private readonly int _length;
    private readonly int _factor;
    private readonly Complex[] _roots;
    private readonly Fourier? _part;
    private readonly Complex[] _line;
    private readonly Complex[]? _chirp;
    private readonly Complex[]? _chirpSpectrum;

    /// <summary>Prepares for a length.</summary>
    public Fourier(int length)
    {
        _length = length;
        _factor = SmallestPrime(length);
        _roots = new Complex[length];
        for (int i = 0; i < length; i++)
        {
            _roots[i] = Root(i, length);
        }

        if (_factor > LargestDirectPrime)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * length) - 1));
            _part = new Fourier(size);
            _chirp = new Complex[length];
            _chirpSpectrum = new Complex[size];
            _line = new Complex[size];
            for (int i = 0; i < length; i++)
            {
                _chirp[i] = Root((long)i * i % (2L * length), 2L * length);
                _chirpSpectrum[i] = _chirpSpectrum[(size - i) % size] = Complex.Conjugate(_chirp[i]);
            }

            _part.Transform(_chirpSpectrum);
        }
        else
        {
            _part = _factor < length ? new Fourier(length / _factor) : null;
            _line = new Complex[length];
        }
    }

    /// <summary>Replaces numbers by their spectrum, not scaled.</summary>
    public void Transform(Span<Complex> x)
    {
        if (_chirp is not null)
        {
            Convolve(x);
        }
        else if (_length > 1)
        {
            Split(x);
        }
    }

    /// <summary>Replaces a spectrum by the numbers, divided by their count.</summary>
    public void Invert(Span<Complex> x)
    {
        Conjugate(x, 1);
        Transform(x);
        Conjugate(x, 1.0 / _length);
    }

    private static void Conjugate(Span<Complex> x, double scale)
    {
        foreach (ref Complex item in x)
        {
            item = new Complex(item.Real * scale, -item.Imaginary * scale);
        }
    }

    // e^(−2πi·k/n), exact at multiples of a quarter turn
    private static Complex Root(long k, long n)
    {
        (double sin, double cos) = Math.SinCos(2 * Math.PI * ((double)(k % n) / n));
        return (4 * (k % n) % n, 4 * (k % n) / n) switch
        {
            (0, 0) => Complex.One,
            (0, 1) => -Complex.ImaginaryOne,
            (0, 2) => -Complex.One,
            (0, 3) => Complex.ImaginaryOne,
            _ => new Complex(cos, -sin),
        };
    }

    private static int SmallestPrime(int length)
    {
        for (int factor = 2; (long)factor * factor <= length; factor++)
        {
            if (length % factor == 0)
            {
                return factor;
            }
        }

        return Math.Max(length, 1);
    }

    // Every p-th number is transformed by itself; each output is a sum of p of those.
    private void Split(Span<Complex> x)
    {
        int inner = _length / _factor;
        for (int i = 0; i < _length; i++)
        {
            _line[i % _factor * inner + i / _factor] = x[i];
        }

        for (int part = 0; part < _factor; part++)
        {
            _part?.Transform(_line.AsSpan(part * inner, inner));
        }

        for (int k = 0; k < _length; k++)
        {
            Interruption.Check();
            Complex sum = _line[k % inner];
            for (int part = 1; part < _factor; part++)
            {
                sum += _roots[(int)((long)part * k % _length)] * _line[part * inner + k % inner];
            }

            x[k] = sum;
        }
    }

    private void Convolve(Span<Complex> x)
    {
        _line.AsSpan(_length).Clear();
        for (int i = 0; i < _length; i++)
        {
            _line[i] = x[i] * _chirp![i];
        }

        _part!.Transform(_line);
        for (int i = 0; i < _line.Length; i++)
        {
            _line[i] *= _chirpSpectrum![i];
        }

        _part.Invert(_line);
        for (int i = 0; i < _length; i++)
        {
            x[i] = _line[i] * _chirp![i];
        }
    }
}
