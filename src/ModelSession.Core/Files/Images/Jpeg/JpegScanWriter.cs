using System.Numerics;

namespace ModelSessions.Files;

/// <summary>Which part of which components' coefficients a scan holds.</summary>
/// <param name="Components">Places of the components.</param>
/// <param name="First">The first coefficient by frequency.</param>
/// <param name="Last">The last one.</param>
/// <param name="High">Bits that scans before hold, or 0 if none.</param>
/// <param name="Low">Bits that are left to later scans.</param>
internal sealed record JpegScanPlan(int[] Components, int First, int Last, int High, int Low);

/// <summary>Turns the coefficients of a scan into symbols and bits.</summary>
internal sealed class JpegScanWriter(JpegComponent[] components, JpegScanPlan plan, IJpegSymbols target)
{
    // Correction bits of a run of blocks; libjpeg ends the run before more would come.
    private const int MostCorrections = 1000 - 64 + 1, MostRun = 0x7FFF;

    private readonly int[] _predictors = new int[components.Length];
    private readonly List<byte> _corrections = [];
    private int _run;
    private int _details;

    /// <summary>Table of a component's means (0 and 1) or details (2 and 3).</summary>
    public static int Table(int component, bool details) => Math.Min(component, 1) + (details ? 2 : 0);

    /// <summary>Goes over the scan.</summary>
    /// <param name="isProgressive">Whether blocks are written in parts.</param>
    public void Write(bool isProgressive)
    {
        JpegComponent first = components[plan.Components[0]];
        if (plan.Components.Length == 1)
        {
            for (int row = 0; row < first.BlocksHigh; row++)
            {
                for (int column = 0; column < first.BlocksWide; column++)
                {
                    WriteBlock(isProgressive, plan.Components[0], first.Block(row, column));
                }
            }
        }
        else
        {
            for (int unit = 0; unit < first.StoredBlocks / (first.Across * first.Down); unit++)
            {
                WriteUnit(isProgressive, unit / (first.StoredWide / first.Across), unit % (first.StoredWide / first.Across));
            }
        }

        EndRun();
    }

    private void WriteUnit(bool isProgressive, int row, int column)
    {
        foreach (int index in plan.Components)
        {
            JpegComponent component = components[index];
            for (int y = 0; y < component.Down; y++)
            {
                for (int x = 0; x < component.Across; x++)
                {
                    WriteBlock(isProgressive, index, component.Block(row * component.Down + y, column * component.Across + x));
                }
            }
        }
    }

    private void WriteBlock(bool isProgressive, int component, ReadOnlySpan<short> block)
    {
        _details = Table(component, details: true);
        if (!isProgressive)
        {
            WriteMean(component, block[0]);
            WriteDetails(block);
        }
        else if (plan.First > 0)
        {
            if (plan.High == 0)
            {
                WriteBand(block);
            }
            else
            {
                RefineBand(block);
            }
        }
        else if (plan.High == 0)
        {
            WriteMean(component, block[0] >> plan.Low);
        }
        else
        {
            target.Bits((block[0] >> plan.Low) & 1, 1);
        }
    }

    private static int Size(int magnitude) => 32 - BitOperations.LeadingZeroCount((uint)magnitude);

    private void WriteMean(int component, int mean)
    {
        int difference = mean - _predictors[component], size = Size(Math.Abs(difference));
        _predictors[component] = mean;
        target.Symbol(Table(component, details: false), size);
        target.Bits(difference < 0 ? difference - 1 : difference, size);
    }

    private void WriteDetails(ReadOnlySpan<short> block)
    {
        int zeros = 0;
        for (int k = 1; k < 64; k++)
        {
            int value = block[JpegTables.Natural(k)];
            if (value == 0)
            {
                zeros++;
                continue;
            }

            WriteValue(Math.Abs(value), value < 0, ref zeros);
        }

        if (zeros > 0)
        {
            target.Symbol(_details, 0);
        }
    }

    private void WriteValue(int magnitude, bool negative, ref int zeros)
    {
        for (; zeros > 15; zeros -= 16)
        {
            target.Symbol(_details, 0xF0);
        }

        int size = Size(magnitude);
        target.Symbol(_details, (zeros << 4) + size);
        target.Bits(negative ? ~magnitude : magnitude, size);
        zeros = 0;
    }

    private void WriteBand(ReadOnlySpan<short> block)
    {
        int zeros = 0;
        for (int k = plan.First; k <= plan.Last; k++)
        {
            int value = block[JpegTables.Natural(k)], magnitude = Math.Abs(value) >> plan.Low;
            if (magnitude == 0)
            {
                zeros++;
                continue;
            }

            EndRun();
            WriteValue(magnitude, value < 0, ref zeros);
        }

        if (zeros > 0 && ++_run == MostRun)
        {
            EndRun();
        }
    }

    private void RefineBand(ReadOnlySpan<short> block)
    {
        int lastNew = 0, zeros = 0;
        for (int k = plan.First; k <= plan.Last; k++)
        {
            lastNew = Math.Abs(block[JpegTables.Natural(k)]) >> plan.Low == 1 ? k : lastNew;
        }

        List<byte> corrections = [];
        for (int k = plan.First; k <= plan.Last; k++)
        {
            int value = block[JpegTables.Natural(k)], magnitude = Math.Abs(value) >> plan.Low;
            if (magnitude == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15 && k <= lastNew; zeros -= 16)
            {
                EndRun();
                target.Symbol(_details, 0xF0);
                WriteCorrections(corrections);
            }

            if (magnitude > 1)
            {
                corrections.Add((byte)(magnitude & 1));
                continue;
            }

            EndRun();
            target.Symbol(_details, (zeros << 4) + 1);
            target.Bits(value < 0 ? 0 : 1, 1);
            WriteCorrections(corrections);
            zeros = 0;
        }

        if (zeros > 0 || corrections.Count > 0)
        {
            _run++;
            _corrections.AddRange(corrections);
            if (_run == MostRun || _corrections.Count > MostCorrections)
            {
                EndRun();
            }
        }
    }

    private void EndRun()
    {
        if (_run == 0)
        {
            return;
        }

        int size = Size(_run) - 1;
        target.Symbol(_details, size << 4);
        target.Bits(_run, size);
        _run = 0;
        WriteCorrections(_corrections);
    }

    private void WriteCorrections(List<byte> corrections)
    {
        foreach (byte bit in corrections)
        {
            target.Bits(bit, 1);
        }

        corrections.Clear();
    }
}
