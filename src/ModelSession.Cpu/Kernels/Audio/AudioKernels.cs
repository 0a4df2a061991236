using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Files;
using Text = ModelSessions.Cpu.Kernels.Strings.Text;

namespace ModelSessions.Cpu.Kernels.Audio;

/// <summary>Sound from and to WAV files, and what recognisers of speech take of it.</summary>
internal static class AudioKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AudioSpectrogram", Spectrum);
        table.Add("DecodeWav", Decode);
        table.Add("EncodeWav", Encode);
        table.Add("Mfcc", Cepstrum);
    }

    private static Kernel Decode(GraphOperation node, CpuSession session)
    {
        long wantedChannels = node.Int("desired_channels"), wantedSamples = node.Int("desired_samples");
        return context =>
        {
            if (context.Input(0).Rank != 0)
            {
                throw Failure.Invalid($"contents must be scalar, got shape {context.Input(0).Shape}");
            }

            WaveFile file = WaveFile.Parse(Text.Scalar(context.Input(0), "contents"));
            long frames = wantedSamples == -1 ? file.Samples.Length / file.Channels : wantedSamples, channels = wantedChannels == -1 ? file.Channels : wantedChannels;
            Value sound = context.Allocate(0, [frames, channels]);
            Span<float> target = sound.Span<float>();
            target.Clear();
            for (int i = 0; i < target.Length; i++)
            {
                (int frame, int channel) = (i / (int)channels, i % (int)channels);

                // What the file does not have is silence; one channel stands for those that are missing.
                if (frame < file.Samples.Length / file.Channels)
                {
                    target[i] = file.Samples[frame * file.Channels + System.Math.Min(channel, file.Channels - 1)];
                }
            }

            context.Allocate(1, []).Span<int>()[0] = (int)file.Rate;
        };
    }

    private static void Encode(KernelContext context)
    {
        Value sound = context.Input(0), rate = context.Input(1);
        if (sound.Rank != 2 || rate.Rank != 0)
        {
            throw Failure.Invalid($"audio must be 2-dimensional and sample_rate a scalar, not {sound.Shape} and {rate.Shape}");
        }

        (long channels, int perSecond) = (sound.Dimensions[1], rate.Span<int>()[0]);
        if (perSecond <= 0 || channels is <= 0 or > ushort.MaxValue)
        {
            throw Failure.Invalid($"sample_rate must be in (0, 2^32), num_channels in (0, 2^16), got: {perSecond}, {channels}");
        }

        context.Allocate(0, []).Objects[0] = WaveFile.Encode(sound.Span<float>(), perSecond, (int)channels);
    }

    private static Kernel Spectrum(GraphOperation node, CpuSession session)
    {
        long window = node.Int("window_size"), stride = node.Int("stride");
        bool squared = node.Bool("magnitude_squared");
        return context =>
        {
            Value sound = context.Input(0);
            if (sound.Rank != 2)
            {
                throw Failure.Invalid($"input must be 2-dimensional, not {sound.Shape}");
            }

            if (window is < 2 or > Spectrogram.LongestWindow || stride < 1)
            {
                throw Failure.Invalid($"Spectrogram initialization failed for window size {window} and stride {stride}");
            }

            long samples = sound.Dimensions[0], channels = sound.Dimensions[1];
            Spectrogram spectrogram = new((int)window);
            long moments = samples < window ? 0 : 1 + ((samples - window) / stride);
            Span<float> result = context.Allocate(0, [channels, moments, spectrogram.BinCount]).Span<float>();
            for (int row = 0; row < channels * moments; row++)
            {
                Interruption.Check();
                (int channel, int moment) = System.Math.DivRem(row, (int)moments);
                ReadOnlySpan<float> heard = sound.Span<float>()[(int)((moment * stride * channels) + channel)..];
                spectrogram.Compute(heard, (int)channels, squared, result.Slice(row * spectrogram.BinCount, spectrogram.BinCount));
            }
        };
    }

    private static Kernel Cepstrum(GraphOperation node, CpuSession session)
    {
        double lowest = node.Float("lower_frequency_limit"), highest = node.Float("upper_frequency_limit");
        long bands = node.Int("filterbank_channel_count"), coefficients = node.Int("dct_coefficient_count");
        return context =>
        {
            Value spectrogram = context.Input(0), rate = context.Input(1);
            if (spectrogram.Rank != 3 || rate.Rank != 0)
            {
                throw Failure.Invalid(spectrogram.Rank != 3
                    ? $"spectrogram must be 3-dimensional, not {spectrogram.Shape}"
                    : $"Input sample_rate should be a scalar tensor, got {rate.Shape} instead.");
            }

            (int bins, int perSecond) = ((int)spectrogram.Dimensions[2], rate.Span<int>()[0]);
            MelCepstrum cepstrum = MelCepstrum.Create(bins, perSecond, bands, lowest, highest, coefficients) ?? throw Failure.Invalid(
                $"Mfcc initialization failed for channel count {bins}, sample rate {perSecond} and filterbank_channel_count {bands}");
            Span<float> result = context.Allocate(0, [spectrogram.Dimensions[0], spectrogram.Dimensions[1], coefficients]).Span<float>();
            for (int row = 0; row < result.Length / coefficients; row++)
            {
                Interruption.Check();
                cepstrum.Compute(spectrogram.Span<float>().Slice(row * bins, bins), result.Slice(row * (int)coefficients, (int)coefficients));
            }
        };
    }
}
