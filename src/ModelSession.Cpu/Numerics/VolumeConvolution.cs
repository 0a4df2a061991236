using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Convolutions of volumes as products of matrices: windows are laid out as rows, some at a time. The bits do not depend on the
/// number of threads.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal static class VolumeConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Elements of windows laid out at a time: what a cache holds.
    private const int PartLength = 1 << 18;

    /// <summary>Convolves.</summary>
    public static void Forward(
        in VolumeGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, WorkerPool pool, Workspace workspace)
    {
        if (output.IsEmpty)
        {
            return;
        }

        int part = PartRows(geometry), lines = checked((int)geometry.WindowCount), channels = geometry.OutputChannels;
        using Workspace.Lease lease = workspace.Rent((long)part * geometry.WindowLength * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        for (int start = 0; start < lines; start += part)
        {
            int count = Math.Min(part, lines - start);
            Span<T> windows = lease.Span<T>(0, count * geometry.WindowLength);
            pool.For(count, new Layout(geometry, input, windows, start));
            GemmShape shape = new(count, channels, geometry.WindowLength);
            Gemm.Multiply<T>(shape, windows, filter, output.Slice(start * channels, count * channels), default, pool, workspace);
        }
    }

    /// <summary>The gradient of the filter.</summary>
    public static void BackwardFilter(
        in VolumeGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient, WorkerPool pool, Workspace workspace)
    {
        filterGradient.Clear();
        int part = PartRows(geometry), lines = checked((int)geometry.WindowCount), channels = geometry.OutputChannels;
        if (filterGradient.IsEmpty)
        {
            return;
        }

        using Workspace.Lease lease = workspace.Rent(((long)part * geometry.WindowLength + filterGradient.Length) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        Span<T> sum = lease.Span<T>((long)part * geometry.WindowLength, filterGradient.Length);
        for (int start = 0; start < lines; start += part)
        {
            int count = Math.Min(part, lines - start);
            Span<T> windows = lease.Span<T>(0, count * geometry.WindowLength);
            pool.For(count, new Layout(geometry, input, windows, start));
            GemmShape shape = new(geometry.WindowLength, channels, count, TransposeA: true);
            Gemm.Multiply<T>(shape, windows, outputGradient.Slice(start * channels, count * channels), sum, default, pool, workspace);
            TensorPrimitives.Add(filterGradient, sum, filterGradient);
        }
    }

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput(
        in VolumeGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool, Workspace workspace)
    {
        inputGradient.Clear();
        int part = PartRows(geometry), lines = checked((int)geometry.WindowCount), channels = geometry.OutputChannels;
        if (inputGradient.IsEmpty)
        {
            return;
        }

        using Workspace.Lease lease = workspace.Rent((long)part * geometry.WindowLength * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        for (int start = 0; start < lines; start += part)
        {
            int count = Math.Min(part, lines - start);
            Span<T> windows = lease.Span<T>(0, count * geometry.WindowLength);
            GemmShape shape = new(count, geometry.WindowLength, channels, TransposeB: true);
            Gemm.Multiply<T>(shape, outputGradient.Slice(start * channels, count * channels), filter, windows, default, pool, workspace);
            pool.For(geometry.Rows.Input, new Spread(geometry, windows, inputGradient, start, count));
        }
    }

    private static int PartRows(in VolumeGeometry geometry) =>
        (int)Math.Max(1, Math.Min(geometry.WindowCount, PartLength / Math.Max(1, geometry.WindowLength)));

    // One window a part.
    private readonly ref struct Layout(VolumeGeometry geometry, ReadOnlySpan<T> input, Span<T> windows, int first) : IParallelBody
    {
        private readonly VolumeGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _windows = windows;

        public void Run(int index, int slot)
        {
            VolumeWindow window = new(_geometry, first + index);
            int length = _geometry.Columns.Window * _geometry.InputChannels, lines = _geometry.Planes.Window * _geometry.Rows.Window;
            Span<T> all = _windows.Slice(index * _geometry.WindowLength, _geometry.WindowLength);
            for (int line = 0; line < lines; line++)
            {
                (int plane, int row) = Math.DivRem(line, _geometry.Rows.Window);
                (plane, row) = (window.Plane + plane, window.Row + row);
                Span<T> target = all.Slice(line * length, length);
                if (plane < 0 || plane >= _geometry.Planes.Input || row < 0 || row >= _geometry.Rows.Input)
                {
                    target.Clear();
                    continue;
                }

                (int from, int to) = window.ColumnsInside(_geometry);
                int channels = _geometry.InputChannels;
                target[..(from * channels)].Clear();
                target[(to * channels)..].Clear();
                _input.Slice(_geometry.InputStart(window.Image, plane, row, window.Column + from), (to - from) * channels).CopyTo(target[(from * channels)..]);
            }
        }
    }

    // One row of all input planes a part: no two parts add to one place.
    private readonly ref struct Spread(VolumeGeometry geometry, ReadOnlySpan<T> windows, Span<T> inputGradient, int first, int count) : IParallelBody
    {
        private readonly VolumeGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _windows = windows;
        private readonly Span<T> _inputGradient = inputGradient;

        public void Run(int index, int slot)
        {
            int channels = _geometry.InputChannels;
            for (int i = 0; i < count; i++)
            {
                Interruption.Check();
                VolumeWindow window = new(_geometry, first + i);
                int row = index - window.Row;
                (int from, int to) = window.ColumnsInside(_geometry);
                for (int tap = 0; tap < _geometry.Planes.Window && row >= 0 && row < _geometry.Rows.Window && to > from; tap++)
                {
                    int plane = window.Plane + tap;
                    if (plane < 0 || plane >= _geometry.Planes.Input)
                    {
                        continue;
                    }

                    int line = ((i * _geometry.Planes.Window + tap) * _geometry.Rows.Window + row) * _geometry.Columns.Window;
                    Span<T> sums = _inputGradient.Slice(_geometry.InputStart(window.Image, plane, index, window.Column + from), (to - from) * channels);
                    TensorPrimitives.Add(sums, _windows.Slice((line + from) * channels, sums.Length), sums);
                }
            }
        }
    }
}

/// <summary>Where a window of a volume begins, perhaps before the volume.</summary>
internal readonly struct VolumeWindow
{
    public VolumeWindow(in VolumeGeometry geometry, int number)
    {
        (number, int column) = Math.DivRem(number, geometry.Columns.Output);
        (number, int row) = Math.DivRem(number, geometry.Rows.Output);
        (Image, int plane) = Math.DivRem(number, geometry.Planes.Output);
        Plane = plane * geometry.Planes.Stride - geometry.Planes.PadBefore;
        Row = row * geometry.Rows.Stride - geometry.Rows.PadBefore;
        Column = column * geometry.Columns.Stride - geometry.Columns.PadBefore;
    }

    public int Image { get; }

    public int Plane { get; }

    public int Row { get; }

    public int Column { get; }

    /// <summary>The columns of the window that lie in the volume; To is not less than From.</summary>
    public (int From, int To) ColumnsInside(in VolumeGeometry geometry)
    {
        int from = Math.Clamp(-Column, 0, geometry.Columns.Window);
        return (from, Math.Max(from, Math.Min(geometry.Columns.Window, geometry.Columns.Input - Column)));
    }
}
