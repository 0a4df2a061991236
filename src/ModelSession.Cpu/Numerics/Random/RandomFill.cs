using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Fills memory with random numbers. Element i has its own place in the stream, so that threads do not matter.</summary>
internal static class RandomFill
{
    /// <summary>Blocks that TensorFlow sets aside for each number of a run, whatever it needs.</summary>
    public const int BlocksPerNumber = 256;

    // Blocks that are worth a thread.
    private const int Grain = 512;

    /// <summary>Numbers made of one word each, four a block.</summary>
    public static void FromWord<T>(WorkerPool workers, Philox stream, Span<T> target, Func<uint, T> make) =>
        workers.ForRange((target.Length + 3L) / 4, Grain, new WordBody<T>(stream, target, make));

    /// <summary>Numbers made of two words each, two a block.</summary>
    public static void FromTwoWords<T>(WorkerPool workers, Philox stream, Span<T> target, Func<uint, uint, T> make) =>
        workers.ForRange((target.Length + 1L) / 2, Grain, new TwoWordsBody<T>(stream, target, make));

    /// <summary>Uniform floats.</summary>
    public static void Uniform(WorkerPool workers, Philox stream, Span<float> target) =>
        workers.ForRange((target.Length + 3L) / 4, Grain, new UniformBody(stream, target));

    /// <summary>Normal floats.</summary>
    public static void Normal(WorkerPool workers, Philox stream, Span<float> target) =>
        workers.ForRange((target.Length + 3L) / 4, Grain, new NormalBody(stream, target));

    /// <summary>Normal doubles.</summary>
    public static void Normal(WorkerPool workers, Philox stream, Span<double> target) =>
        workers.ForRange((target.Length + 1L) / 2, Grain, new NormalDoubleBody(stream, target));

    /// <summary>Normal floats less than 2 from 0.</summary>
    public static void TruncatedNormal(WorkerPool workers, Philox stream, Span<float> target) =>
        workers.ForRange((target.Length + 3L) / 4, Grain, new TruncatedBody(stream, target));

    /// <summary>Normal doubles less than 2 from 0.</summary>
    public static void TruncatedNormal(WorkerPool workers, Philox stream, Span<double> target) =>
        workers.ForRange((target.Length + 1L) / 2, Grain, new TruncatedDoubleBody(stream, target));

    private static void Store<T>(ReadOnlySpan<T> numbers, Span<T> target, long at) =>
        numbers[..(int)Math.Min(numbers.Length, target.Length - at)].CopyTo(target[(int)at..]);

    private readonly ref struct WordBody<T>(Philox stream, Span<T> target, Func<uint, T> make) : IRangeBody
    {
        private readonly Span<T> _target = target;

        public void Run(long start, long length)
        {
            for (long block = start; block < start + length; block++)
            {
                Philox.Words words = stream.Block((ulong)block);
                Store([make(words.X0), make(words.X1), make(words.X2), make(words.X3)], _target, block * 4);
            }
        }
    }

    private readonly ref struct TwoWordsBody<T>(Philox stream, Span<T> target, Func<uint, uint, T> make) : IRangeBody
    {
        private readonly Span<T> _target = target;

        public void Run(long start, long length)
        {
            for (long block = start; block < start + length; block++)
            {
                Philox.Words words = stream.Block((ulong)block);
                Store([make(words.X0, words.X1), make(words.X2, words.X3)], _target, block * 2);
            }
        }
    }

    private readonly ref struct UniformBody(Philox stream, Span<float> target) : IRangeBody
    {
        private readonly Span<float> _target = target;

        public void Run(long start, long length)
        {
            for (long block = start; block < start + length; block++)
            {
                Philox.Words words = stream.Block((ulong)block);
                Store(
                    [Distributions.Uniform(words.X0), Distributions.Uniform(words.X1), Distributions.Uniform(words.X2), Distributions.Uniform(words.X3)],
                    _target,
                    block * 4);
            }
        }
    }

    private readonly ref struct NormalBody(Philox stream, Span<float> target) : IRangeBody
    {
        private readonly Span<float> _target = target;

        public void Run(long start, long length)
        {
            for (long block = start; block < start + length; block++)
            {
                Philox.Words words = stream.Block((ulong)block);
                (float a, float b) = Distributions.Normal(words.X0, words.X1);
                (float c, float d) = Distributions.Normal(words.X2, words.X3);
                Store([a, b, c, d], _target, block * 4);
            }
        }
    }

    private readonly ref struct NormalDoubleBody(Philox stream, Span<double> target) : IRangeBody
    {
        private readonly Span<double> _target = target;

        public void Run(long start, long length)
        {
            for (long block = start; block < start + length; block++)
            {
                Philox.Words words = stream.Block((ulong)block);
                (double a, double b) = Distributions.Normal(words.X0, words.X1, words.X2, words.X3);
                Store([a, b], _target, block * 2);
            }
        }
    }

    // A group of four has a stream of its own, of which it takes pairs until it is full.
    private readonly ref struct TruncatedBody(Philox stream, Span<float> target) : IRangeBody
    {
        private readonly Span<float> _target = target;

        public void Run(long start, long length)
        {
            Span<float> group = stackalloc float[4];
            for (long index = start; index < start + length; index++)
            {
                PhiloxWords words = new(stream.Skip((ulong)index * BlocksPerNumber));
                for (int filled = 0; filled < group.Length;)
                {
                    (float first, float second) = Distributions.Normal(words.Next(), words.Next());
                    Keep(first, group, ref filled);
                    Keep(second, group, ref filled);
                }

                Store(group, _target, index * 4);
            }
        }
    }

    private readonly ref struct TruncatedDoubleBody(Philox stream, Span<double> target) : IRangeBody
    {
        private readonly Span<double> _target = target;

        public void Run(long start, long length)
        {
            Span<double> group = stackalloc double[2];
            for (long index = start; index < start + length; index++)
            {
                PhiloxWords words = new(stream.Skip((ulong)index * (BlocksPerNumber / 2)));
                for (int filled = 0; filled < group.Length;)
                {
                    (double first, double second) = Distributions.Normal(words.Next(), words.Next(), words.Next(), words.Next());
                    Keep(first, group, ref filled);
                    Keep(second, group, ref filled);
                }

                Store(group, _target, index * 2);
            }
        }
    }

    private static void Keep<T>(T value, Span<T> group, ref int filled)
        where T : IFloatingPointIeee754<T>
    {
        if (filled < group.Length && T.Abs(value) < T.CreateChecked(2))
        {
            group[filled++] = value;
        }
    }
}
