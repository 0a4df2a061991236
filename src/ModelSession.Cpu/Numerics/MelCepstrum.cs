namespace ModelSessions.Cpu.Numerics;

/// <summary>Cepstral coefficients of a spectrum: triangles on the mel scale, logarithm, cosine transform. The rules are TensorFlow's, which
/// follow HTK.</summary>
internal sealed class MelCepstrum
{
    // Below this a band counts as silent.
    private const double Floor = 1e-12;

    private readonly int _first;
    private readonly int _last;
    private readonly int[] _bandOf;
    private readonly double[] _weights;
    private readonly double[] _bands;
    private readonly double[] _cosines;

    private MelCepstrum(int bins, double rate, int bands, double lowest, double highest, int coefficients)
    {
        double low = Mel(lowest), spacing = (Mel(highest) - low) / (bands + 1);
        double[] centers = new double[bands + 1];
        for (int i = 0; i < centers.Length; i++)
        {
            centers[i] = low + (spacing * (i + 1));
        }

        // The constant part is always left out.
        double width = 0.5 * rate / (bins - 1);
        _first = (int)(1.5 + (lowest / width));
        _last = (int)(highest / width);
        _bands = new double[bands];
        _bandOf = new int[bins];
        _weights = new double[bins];
        for (int i = 0, band = 0; i < bins; i++)
        {
            double mel = Mel(i * width);
            if (i < _first || i > _last)
            {
                continue;
            }

            while (band < bands && centers[band] < mel)
            {
                band++;
            }

            double below = band == 0 ? low : centers[band - 1];
            _bandOf[i] = band - 1;
            _weights[i] = (centers[band] - mel) / (centers[band] - below);
        }

        double norm = Math.Sqrt(2.0 / bands), angle = Math.PI / bands;
        _cosines = new double[coefficients * bands];
        for (int i = 0; i < _cosines.Length; i++)
        {
            _cosines[i] = norm * Math.Cos(i / bands * angle * (i % bands + 0.5));
        }
    }

    /// <summary>Prepares for spectra of a size; null if the numbers make no sense.</summary>
    public static MelCepstrum? Create(int bins, double rate, long bands, double lowest, double highest, long coefficients)
    {
        const long most = 1 << 16;
        bool valid = bands is >= 1 and <= most && coefficients >= 1 && coefficients <= bands && rate > 0 && bins >= 2 && lowest >= 0 && highest > lowest;
        return valid && coefficients * bands <= int.MaxValue / sizeof(double)
            ? new MelCepstrum(bins, rate, (int)bands, lowest, highest, (int)coefficients)
            : null;
    }

    /// <summary>The coefficients of a spectrum of squared magnitudes; 0 if the highest frequency lies beyond it.</summary>
    public void Compute(ReadOnlySpan<float> spectrum, Span<float> result)
    {
        result.Clear();
        if (spectrum.Length <= _last)
        {
            return;
        }

        _bands.AsSpan().Clear();
        for (int i = _first; i <= _last; i++)
        {
            double value = Math.Sqrt(spectrum[i]), weighted = value * _weights[i];
            int band = _bandOf[i];
            if (band >= 0)
            {
                _bands[band] += weighted;
            }

            if (band + 1 < _bands.Length)
            {
                _bands[band + 1] += value - weighted;
            }
        }

        foreach (ref double band in _bands.AsSpan())
        {
            band = Math.Log(Math.Max(band, Floor));
        }

        for (int i = 0; i < result.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < _bands.Length; j++)
            {
                sum += _cosines[(i * _bands.Length) + j] * _bands[j];
            }

            result[i] = (float)sum;
        }
    }

    private static double Mel(double frequency) => 1127.0 * Math.Log(1 + (frequency / 700.0));
}
