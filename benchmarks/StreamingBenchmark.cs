using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Models;
using ModelSessions.Protos;
using ModelSessions.Training;

namespace ModelSessions.Benchmarks;

/// <summary>Data larger than memory should hold: written by one process, learnt from by another, whose peak of memory counts.</summary>
internal static class StreamingBenchmark
{
    private const int Features = 20;
    private const int Classes = 10;
    private const int Batch = 100;

    /// <summary>Writes random rows: 20 numbers and a class.</summary>
    public static void Write(string path, long mib)
    {
        Random random = new(7);
        long size = mib << 20;
        if (path.EndsWith(".csv", StringComparison.Ordinal))
        {
            using StreamWriter writer = new(path, append: false, new UTF8Encoding(false), 1 << 20);
            writer.Write(string.Join(',', Enumerable.Range(0, Features).Select(i => $"c{i}")) + ",y\n");
            StringBuilder row = new();
            for (long written = 0; written < size; written += row.Length)
            {
                row.Clear();
                for (int i = 0; i < Features; i++)
                {
                    row.Append(CultureInfo.InvariantCulture, $"{random.NextDouble() * 6 - 3:f5},");
                }

                row.Append(random.Next(Classes)).Append('\n');
                writer.Write(row);
            }

            return;
        }

        if (path.EndsWith(".npy", StringComparison.Ordinal))
        {
            WriteArrays(path, size, random);
            return;
        }

        using TFRecordWriter records = TFRecordWriter.Create(path);
        FloatList x = new();
        Int64List y = new();
        Example example = new() { Features = new Protos.Features { Feature = { ["x"] = new Feature { FloatList = x }, ["y"] = new Feature { Int64List = y } } } };
        for (long written = 0; written < size; written += example.CalculateSize() + 16)
        {
            x.Value.Clear();
            y.Value.Clear();
            for (int i = 0; i < Features; i++)
            {
                x.Value.Add((float)(random.NextDouble() * 6 - 3));
            }

            y.Value.Add(random.Next(Classes));
            records.Write(example);
        }
    }

    // The labels stand in a file beside.
    private static void WriteArrays(string path, long size, Random random)
    {
        long rows = size / (Features * sizeof(float));
        using FileStream inputs = File.Create(path), labels = File.Create(LabelsOf(path));
        inputs.Write(Header("<f4", $"{rows}, {Features}"));
        labels.Write(Header("|u1", $"{rows},"));
        float[] numbers = new float[1000 * Features];
        byte[] classes = new byte[1000];
        for (long row = 0; row < rows; row += 1000)
        {
            int count = (int)Math.Min(1000, rows - row);
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (float)(random.NextDouble() * 6 - 3);
            }

            for (int i = 0; i < classes.Length; i++)
            {
                classes[i] = (byte)random.Next(Classes);
            }

            inputs.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan(0, count * Features)));
            labels.Write(classes.AsSpan(0, count));
        }
    }

    private static string LabelsOf(string path) => Path.ChangeExtension(path, ".labels.npy");

    private static byte[] Header(string type, string shape)
    {
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + '\n';
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text)];
    }

    /// <summary>Learns from a file, once through, and prints one JSON object.</summary>
    public static void Run(string path, long steps)
    {
        long started = Stopwatch.GetTimestamp();
        ModelDataset data = DatasetFiles.Read(path.EndsWith(".npy", StringComparison.Ordinal) ? [path, LabelsOf(path)] : [path]);
        double import = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double read = ReadAll(data.Train);
        using ModelSession session = ModelSession.Create(
            new MultilayerPerceptronModel { Inputs = Features, Classes = Classes, Layers = [32] }, new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        TrainingResult result = session.Train(data, new TrainingOptions { BatchSize = Batch, Steps = steps > 0 ? steps : null });
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            file_mib = new FileInfo(path).Length >> 20,
            rows = data.Train.Count,
            import_seconds = import,
            import_rows_per_second = data.Train.Count / import,
            read_one_thread_rows_per_second = read,
            train_rows_per_second = result.Examples / result.Duration.TotalSeconds,
            loss = result.Loss,
            peak_mib = self.PeakWorkingSet64 / (1024.0 * 1024.0),
        }));
    }

    // Batches of rows as they stand, by one thread, for some time.
    private static double ReadAll(DatasetPart part)
    {
        Tensor inputs = Tensor.Zeros(DType.Float32, [Batch, Features]), labels = Tensor.Zeros(DType.Int32, [Batch]);
        long[] rows = new long[Batch];
        long started = Stopwatch.GetTimestamp(), read = 0;
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < 10 && read + Batch <= part.Count)
        {
            for (int i = 0; i < Batch; i++)
            {
                rows[i] = read + i;
            }

            part.Read(rows, inputs, labels);
            read += Batch;
        }

        return read / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
