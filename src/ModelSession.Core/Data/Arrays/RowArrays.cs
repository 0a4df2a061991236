using System.Globalization;

namespace ModelSessions.Data;

/// <summary>Inputs and labels in files, as blocks of so many rows of both.</summary>
/// <param name="Inputs">The inputs.</param>
/// <param name="Labels">As many labels; null for none.</param>
internal sealed record RowArrays(RowArray Inputs, RowArray? Labels)
{
    /// <summary>What the texts of labels were, where these are the numbers of classes; else empty.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The bytes of a row: input and label.</summary>
    public int RowBytes { get; } = checked(Math.Max(1, Inputs.RowBytes + (Labels?.RowBytes ?? 0)));

    /// <summary>The rows of a block; the last one may have fewer.</summary>
    public int BlockRows => (int)Math.Min(Math.Max(1, Inputs.Count), Math.Clamp(BlockReader.BlockSize / RowBytes, 1, RowFraming.MostRows));

    /// <summary>The number of blocks.</summary>
    public int BlockCount => checked((int)((Inputs.Count + BlockRows - 1) / BlockRows));

    /// <summary>The first row of a block.</summary>
    public long First(int block) => (long)block * BlockRows;

    /// <summary>The rows of a block.</summary>
    public int Rows(int block) => (int)Math.Min(BlockRows, Inputs.Count - First(block));

    /// <summary>Reads a block.</summary>
    /// <param name="block">Which one.</param>
    /// <param name="buffer">Room for its rows; the tensors lie in it.</param>
    public (Tensor Inputs, Tensor? Labels) Load(int block, TensorBuffer buffer)
    {
        int rows = Rows(block);
        Tensor inputs = Read(Inputs, block, buffer.Slice(0, (long)rows * Inputs.RowBytes), rows);
        return (inputs, Labels is null ? null : Read(Labels, block, buffer.Slice((long)rows * Inputs.RowBytes, (long)rows * Labels.RowBytes), rows));
    }

    /// <summary>Wrong data in a row.</summary>
    public ModelFileException Fault(long row, bool isLabel, long? column, string message) =>
        new(isLabel ? Labels!.Path : Inputs.Path, row + 1, null, column?.ToString(CultureInfo.InvariantCulture), message);

    private Tensor Read(RowArray array, int block, TensorBuffer buffer, int rows)
    {
        array.Read(First(block), buffer.Bytes(0, rows * array.RowBytes));
        return new Tensor(array.Type, Shape.Create([rows, .. array.RowShape]), buffer);
    }
}
