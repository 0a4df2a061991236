namespace ModelSessions.Cpu.Kernels;

/// <summary>All families of kernels, by the TensorFlow file that registers their ops.</summary>
internal static class Families
{
    public static void Register(KernelTable table)
    {
        Array.ConstantKernels.Register(table);
        Array.FillKernels.Register(table);
        Array.GatherKernels.Register(table);
        Array.IdentityKernels.Register(table);
        Array.JoinKernels.Register(table);
        Array.LayoutKernels.Register(table);
        Array.ShapeKernels.Register(table);
        Array.SliceKernels.Register(table);
        Control.NoOpKernels.Register(table);
        Math.ArithmeticKernels.Register(table);
        Math.ComparisonKernels.Register(table);
        Math.ExponentialKernels.Register(table);
        Math.SignKernels.Register(table);
        Math.TrigonometricKernels.Register(table);
        Nn.ActivationKernels.Register(table);
        State.RefVariableKernels.Register(table);
    }
}
