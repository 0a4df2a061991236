namespace ModelSessions.Tests.Kernels;

/// <summary>What recognisers of speech take of sound; TensorFlow's values.</summary>
public sealed class AudioTests
{
    [Theory]
    [InlineData(8, 4, false, 9, 5, 51.00566864f, 2.7128022f, 1.5418332f)]
    [InlineData(10, 3, true, 11, 9, 187.84207153f, 11.814533f, 7.9188466f)]
    [InlineData(16, 16, true, 2, 9, 53.8967399597f, 8.53817081f, 9.46183872f)]
    [InlineData(5, 20, false, 2, 5, 8.866495132f, 1.3146888f, 1.0548536f)]
    [InlineData(41, 1, false, 0, 33, 0f, 0f, 0f)]
    public void Spectrograms_have_a_row_for_each_window_of_each_channel(int window, int stride, bool squared, int rows, int bins, float sum, float first, float second)
    {
        Tensor sound = Tensor.Zeros(DType.Float32, [40, 2]);
        for (int i = 0; i < 40; i++)
        {
            sound.Span<float>()[2 * i] = (float)(Math.Sin(i * 0.3) * 0.8);
            sound.Span<float>()[2 * i + 1] = (float)(Math.Cos(i * 0.7) * 0.5);
        }

        Tensor result = OpRun.Of("AudioSpectrogram", new() { ["window_size"] = window, ["stride"] = stride, ["magnitude_squared"] = squared }, sound)[0];

        Assert.Equal([2, rows, bins], result.Shape.Dimensions.ToArray());
        Assert.Equal(sum, result.Span<float>().ToArray().Sum(), 1e-3f);
        Assert.True(rows == 0 || (Math.Abs(result.Span<float>()[0] - first) < 1e-5f && Math.Abs(result.Span<float>()[1] - second) < 1e-5f));
    }

    [Fact]
    public void Cepstral_coefficients_are_those_of_the_mel_scale()
    {
        Tensor sound = Tensor.Zeros(DType.Float32, [1600, 1]);
        for (int i = 0; i < 1600; i++)
        {
            sound.Span<float>()[i] = (float)Math.Sin(i * 0.05);
        }

        Tensor spectrogram = OpRun.Of("AudioSpectrogram", new() { ["window_size"] = 480, ["stride"] = 160, ["magnitude_squared"] = true }, sound)[0];
        Tensor all = OpRun.Of("Mfcc", null, spectrogram, Tensor.Scalar(16000))[0];
        Tensor some = OpRun.Of(
            "Mfcc",
            new() { ["dct_coefficient_count"] = 5, ["upper_frequency_limit"] = 3000f, ["lower_frequency_limit"] = 100f, ["filterbank_channel_count"] = 10 },
            spectrogram, Tensor.Scalar(16000))[0];
        Tensor beyond = OpRun.Of("Mfcc", new() { ["upper_frequency_limit"] = 20000f }, spectrogram, Tensor.Scalar(16000))[0];

        Assert.Equal([1, 8, 13], all.Shape.Dimensions.ToArray());
        Near([-42.830124f, 20.64677f, 7.361447f, 5.458205f, 2.4927125f, 1.2724197f, -0.26836446f, -0.8168798f], all.Span<float>());
        Near([-15.704299f, 8.786883f, 3.34752f, 2.7179315f, 1.6640508f], some.Span<float>());
        Assert.Equal(0, beyond.Span<float>().ToArray().Sum());
    }

    [Theory]
    [InlineData(0, 40, 13, 20f, 4000f)]
    [InlineData(16000, 40, 50, 20f, 4000f)]
    [InlineData(16000, 0, 13, 20f, 4000f)]
    [InlineData(16000, 40, 13, 5000f, 100f)]
    public void Coefficients_of_nothing_are_an_error(int rate, int bands, int coefficients, float lowest, float highest)
    {
        NodeAttributes attributes = new()
        {
            ["filterbank_channel_count"] = bands, ["dct_coefficient_count"] = coefficients, ["lower_frequency_limit"] = lowest, ["upper_frequency_limit"] = highest,
        };
        EngineException e = Assert.Throws<EngineException>(() => OpRun.Of("Mfcc", attributes, Tensor.Zeros(DType.Float32, [1, 1, 257]), Tensor.Scalar(rate)));
        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }

    // The first bins of a spectrum of a pure tone are near 0; their logarithms tell the last bits of a transform.
    private static void Near(float[] expected, ReadOnlySpan<float> found)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 2e-3f);
        }
    }
}
