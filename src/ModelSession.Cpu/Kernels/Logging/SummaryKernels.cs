using System.Text;
using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;
using ModelSessions.Protos;
using Text = ModelSessions.Cpu.Kernels.Strings.Text;

namespace ModelSessions.Cpu.Kernels.Logging;

/// <summary>Values as messages for TensorBoard.</summary>
internal static class SummaryKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AudioSummaryV2", Audio);
        table.Add("HistogramSummary", "T", TypeSet.Numbers, Histogram);
        table.Add("MergeSummary", Merge);
        table.Add("ScalarSummary", "T", TypeSet.Numbers, Scalars);
        table.Add("TensorSummaryV2", TensorSummary);
    }

    private static void Write(KernelContext context, Summary summary) => context.Allocate(0, []).Objects[0] = summary.ToByteArray();

    private static string Tag(KernelContext context) => Encoding.UTF8.GetString(Text.Scalar(context.Input(0), "tag"));

    private static Func<int, double> Numbers(KernelContext context, Value value)
    {
        Value wide = context.Widen(value);
        return wide.DType switch
        {
            DType.Float32 => i => wide.Span<float>()[i],
            DType.Float64 => i => wide.Span<double>()[i],
            DType.UInt32 => i => wide.Span<uint>()[i],
            DType.UInt64 => i => wide.Span<ulong>()[i],
            _ => i => wide.Integer(i),
        };
    }

    private static Kernel Scalars(GraphOperation node, CpuSession session) => context =>
    {
        Value tags = context.Input(0), values = context.Input(1);
        bool fits = tags.Dimensions.SequenceEqual(values.Dimensions) || (tags.LongCount == 1 && values.LongCount == 1);
        if (!fits)
        {
            throw Failure.Invalid($"tags and values are not the same shape: {tags.Shape} != {values.Shape}");
        }

        Summary summary = new();
        Func<int, double> number = Numbers(context, values);
        for (int i = 0; i < values.Count; i++)
        {
            summary.Value.Add(new Summary.Types.Value { Tag = Encoding.UTF8.GetString(Text.At(tags, i)), SimpleValue = (float)number(i) });
        }

        Write(context, summary);
    };

    private static Kernel Histogram(GraphOperation node, CpuSession session) => context =>
    {
        Value values = context.Input(1);
        Func<int, double> number = Numbers(context, values);
        HistogramBuckets buckets = new();
        for (int i = 0; i < values.Count; i++)
        {
            double value = number(i);
            buckets.Add(double.IsFinite(value) ? value : throw Failure.Invalid($"{(double.IsNaN(value) ? "Nan" : "Infinity")} in summary histogram for: {node.Name}"));
        }

        Write(context, new Summary { Value = { new Summary.Types.Value { Tag = Tag(context), Histo = buckets.ToProto() } } });
    };

    private static void Merge(KernelContext context)
    {
        Summary merged = new();
        HashSet<string> tags = [];
        for (int i = 0; i < context.InputCount; i++)
        {
            for (int j = 0; j < context.Input(i).Count; j++)
            {
                foreach (Summary.Types.Value value in Parse(Text.At(context.Input(i), j)).Value)
                {
                    merged.Value.Add(tags.Add(value.Tag) ? value : throw Failure.Invalid($"Duplicate tag {value.Tag} found in summary inputs"));
                }
            }
        }

        Write(context, merged);
    }

    private static Summary Parse(byte[] bytes)
    {
        try
        {
            return Summary.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, "Could not parse one of the summary inputs", innerException: e);
        }
    }

    private static void TensorSummary(KernelContext context)
    {
        Summary.Types.Value value = new()
        {
            Tag = Tag(context),
            Tensor = TensorCodec.ToProto(context.Input(1).ToTensor()),
            Metadata = SummaryMetadata.Parser.ParseFrom(Text.Scalar(context.Input(2), "serialized_summary_metadata")),
        };
        Write(context, new Summary { Value = { value } });
    }

    private static Kernel Audio(GraphOperation node, CpuSession session)
    {
        long most = node.Int("max_outputs");
        return context =>
        {
            Value sound = context.Input(1);
            if (sound.Rank is not (2 or 3))
            {
                throw Failure.Invalid($"Tensor must be 3-D or 2-D, got: {sound.Shape}");
            }

            string tag = Tag(context);
            int count = (int)System.Math.Min(most, sound.Dimensions[0]), frames = (int)sound.Dimensions[1], channels = sound.Rank == 3 ? (int)sound.Dimensions[2] : 1;
            float rate = context.Input(2).Scalar<float>();
            Summary summary = new();
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> samples = sound.Span<float>().Slice(i * frames * channels, frames * channels);
                Summary.Types.Audio audio = new()
                {
                    SampleRate = rate,
                    NumChannels = channels,
                    LengthFrames = frames,
                    EncodedAudioString = ByteString.CopyFrom(WaveFile.Encode(samples, (int)rate, channels)),
                    ContentType = "audio/wav",
                };
                summary.Value.Add(new Summary.Types.Value { Tag = most > 1 ? $"{tag}/audio/{i}" : $"{tag}/audio", Audio = audio });
            }

            Write(context, summary);
        };
    }
}
