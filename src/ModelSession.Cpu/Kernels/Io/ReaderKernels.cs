using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Data;
using ModelSessions.Cpu.Kernels.DataFlow;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>Readers made and used.</summary>
internal static class ReaderKernels
{
    public static void Register(KernelTable table)
    {
        foreach (string version in (string[])["", "V2"])
        {
            table.Add("FixedLengthRecordReader" + version, FixedLength);
            table.Add("IdentityReader" + version, (node, session) => Create(node, session, (_, name) => new WholeWork(name, () => Encoding.UTF8.GetBytes(name)), hasState: true));
            table.Add("ReaderNumRecordsProduced" + version, context => context.Allocate(0, []).Span<long>()[0] = Find(context).Records);
            table.Add("ReaderNumWorkUnitsCompleted" + version, context => context.Allocate(0, []).Span<long>()[0] = Find(context).WorkUnits);
            table.Add("ReaderRead" + version, Read);
            table.Add("ReaderReadUpTo" + version, ReadUpTo);
            table.Add("ReaderReset" + version, context => Find(context).Reset(context.Cancel));
            table.Add("ReaderRestoreState" + version, Restore);
            table.Add("ReaderSerializeState" + version, context => context.Allocate(0, []).Objects[0] = Find(context).State(context.Cancel));
            table.Add("TFRecordReader" + version, TFRecord);
            table.Add("TextLineReader" + version, TextLine);
            table.Add("WholeFileReader" + version, (node, session) => Create(node, session, (context, name) => new WholeWork(name, () => context.Session.Files.Read(name)), hasState: true));
        }
    }

    private static Reader Find(KernelContext context) => Handles.Get<Reader>(context, 0, "reader");

    private static Kernel Create(GraphOperation node, CpuSession session, Func<KernelContext, string, IReaderWork> start, bool hasState)
    {
        ResourceKey key = ResourceKey.Of(node);
        string kind = node.Type.EndsWith("V2", StringComparison.Ordinal) ? node.Type[..^2] : node.Type;
        return context => Handles.Give(context, key, session.Resources.Get(key, _ => new Reader(kind, key.Name, start, hasState)));
    }

    private static Kernel TextLine(GraphOperation node, CpuSession session)
    {
        long skip = node.Int("skip_header_lines");
        return Create(node, session, (context, name) => new LineWork(name, context.Session.Files.Open(name), skip), hasState: false);
    }

    private static Kernel TFRecord(GraphOperation node, CpuSession session)
    {
        TFRecordCompression compression = Compression(node.String("compression_type"));
        return Create(node, session, (context, name) => new FrameWork(name, TFRecordReader.Open(context.Session.Files.Check(name), compression)), hasState: false);
    }

    private static Kernel FixedLength(GraphOperation node, CpuSession session)
    {
        int header = Bytes(node, "header_bytes"), length = Bytes(node, "record_bytes"), footer = Bytes(node, "footer_bytes"), hop = Bytes(node, "hop_bytes");
        if (length == 0)
        {
            return _ => throw Failure.Invalid("record_bytes must be > 0: records of no bytes have no end");
        }

        TFRecordCompression compression = Compression(node.Attributes.ContainsKey("encoding") ? node.String("encoding") : "");
        return Create(
            node, session,
            (context, name) => new FixedWork(name, RecordFiles.Unpack(context.Session.Files.Open(name), compression), header, length, footer, hop),
            hasState: false);
    }

    private static int Bytes(GraphOperation node, string attribute) => node.Int(attribute) is >= 0 and <= int.MaxValue and var bytes
        ? (int)bytes
        : throw new GraphException(StatusCode.InvalidArgument, $"{attribute} must be >= 0 and fit an array, not {node.Int(attribute)}", node.Name);

    // Other than datasets, readers take what they do not know for nothing.
    private static TFRecordCompression Compression(string name) => name is "ZLIB" or "GZIP" ? RecordFiles.Compression(name) : TFRecordCompression.None;

    private static void Read(KernelContext context)
    {
        ReaderRecord record = Find(context).Read(context, QueueKernels.Find(context, 1), 1)[0];
        context.Allocate(0, []).Objects[0] = record.Key;
        context.Allocate(1, []).Objects[0] = record.Value;
    }

    private static void ReadUpTo(KernelContext context)
    {
        long count = context.Input(2).IntegerScalar("num_records");
        if (count < 0)
        {
            throw Failure.Invalid($"num_records must be >= 0, not {count}");
        }

        List<ReaderRecord> records = Find(context).Read(context, QueueKernels.Find(context, 1), count);
        Span<object?> keys = context.Allocate(0, [records.Count]).Objects, values = context.Allocate(1, [records.Count]).Objects;
        for (int i = 0; i < records.Count; i++)
        {
            (keys[i], values[i]) = (records[i].Key, records[i].Value);
        }
    }

    private static void Restore(KernelContext context)
    {
        if (context.Input(1).Rank != 0)
        {
            throw Failure.Invalid($"Reader state must be scalar, but had shape: {context.Input(1).Shape}");
        }

        Find(context).Restore(context.Input(1).Objects[0] as byte[] ?? [], context.Cancel);
    }
}
