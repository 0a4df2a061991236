using ModelSessions.Cpu.Execution;
using ModelSessions.Files;
using Text = ModelSessions.Cpu.Kernels.Strings.Text;

namespace ModelSessions.Cpu.Kernels.Audio;

/// <summary>Sound from and to WAV files.</summary>
internal static class AudioKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DecodeWav", Decode);
        table.Add("EncodeWav", Encode);
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
}
