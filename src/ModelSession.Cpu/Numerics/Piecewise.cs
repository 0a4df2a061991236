namespace ModelSessions.Cpu.Numerics;

/// <summary>A function as polynomials of neighbouring intervals, made from values of 60 digits at Chebyshev's points.</summary>
/// <param name="pieces">From the lowest interval to the highest. Outside of them the outermost polynomial goes on.</param>
internal sealed class Piecewise(params Piecewise.Piece[] pieces)
{
    /// <summary>The value at x.</summary>
    public double At(double x)
    {
        int i = 0;
        while (i < pieces.Length - 1 && x > pieces[i].To)
        {
            i++;
        }

        return pieces[i].At(x);
    }

    /// <summary>One interval.</summary>
    /// <param name="From">Its begin.</param>
    /// <param name="To">Its end.</param>
    /// <param name="Coefficients">Of the powers of a number that goes from −1 to 1 over the interval; the constant first.</param>
    internal readonly record struct Piece(double From, double To, double[] Coefficients)
    {
        public double At(double x)
        {
            double u = (x - From - (To - x)) / (To - From), sum = 0;
            for (int i = Coefficients.Length - 1; i >= 0; i--)
            {
                sum = double.FusedMultiplyAdd(sum, u, Coefficients[i]);
            }

            return sum;
        }
    }
}
