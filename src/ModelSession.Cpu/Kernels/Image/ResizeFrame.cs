using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>The pixels of a row or column that one of the resized image is made of.</summary>
internal interface ISamples<TSelf>
    where TSelf : unmanaged
{
    /// <summary>Those around a place.</summary>
    static abstract TSelf At(float place, int size, SampleRule rule);
}

/// <summary>What all rows and columns of a resized image are made of.</summary>
internal readonly ref struct ResizeFrame<TSamples>
    where TSamples : unmanaged, ISamples<TSamples>
{
    private ResizeFrame(KernelContext context, ResizeShape shape, SampleRule rule)
    {
        Span<TSamples> rows = context.Scratch<TSamples>(shape.OutHeight), columns = context.Scratch<TSamples>(shape.OutWidth);
        Fill(rows, rule, shape.Height);
        Fill(columns, rule, shape.Width);
        Shape = shape;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Adds a pixel's gradient to those that it was made of.</summary>
    public delegate void Spreading<T>(in ResizeShape shape, ReadOnlySpan<float> gradient, Span<T> image, TSamples row, TSamples column);

    public ResizeShape Shape { get; }

    public ReadOnlySpan<TSamples> Rows { get; }

    public ReadOnlySpan<TSamples> Columns { get; }

    /// <summary>That of a node that resizes.</summary>
    public static ResizeFrame<TSamples> Of(KernelContext context, SampleRule rule) => new(context, ResizeShape.Of(context), rule);

    /// <summary>Memory for the resized images.</summary>
    public Span<float> Allocate(KernelContext context) =>
        context.Allocate(0, [Shape.Batch, Shape.OutHeight, Shape.OutWidth, Shape.Channels]).Span<float>();

    /// <summary>The gradient of what was resized.</summary>
    public static void Spread<T>(KernelContext context, SampleRule rule, Spreading<T> spread)
        where T : unmanaged, INumber<T>
    {
        ResizeShape shape = ResizeShape.OfGradient(context);
        Span<T> result = context.Allocate(0, context.Input(1).Dimensions).Span<T>();
        result.Clear();
        ResizeFrame<TSamples> frame = new(context, shape, rule);
        ReadOnlySpan<float> gradient = context.Input(0).Span<float>();
        for (int b = 0, at = 0; b < shape.Batch; b++)
        {
            Span<T> image = result.Slice(b * shape.ImageLength, shape.ImageLength);
            foreach (TSamples row in frame.Rows)
            {
                foreach (TSamples column in frame.Columns)
                {
                    spread(shape, gradient.Slice(at, shape.Channels), image, row, column);
                    at += shape.Channels;
                }
            }
        }
    }

    private static void Fill(Span<TSamples> samples, SampleRule rule, int size)
    {
        float scale = rule.Scale(size, samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = TSamples.At(rule.Place(i, scale), size, rule);
        }
    }
}
