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
        Array.UniqueKernels.Register(table);
        Control.FrameKernels.Register(table);
        Control.NoOpKernels.Register(table);
        Control.SwitchKernels.Register(table);
        DataFlow.StitchKernels.Register(table);
        Io.CheckpointKernels.Register(table);
        Logging.AssertKernels.Register(table);
        Math.ArgumentKernels.Register(table);
        Math.ArithmeticKernels.Register(table);
        Math.BitwiseKernels.Register(table);
        Math.CastKernels.Register(table);
        Math.ClipKernels.Register(table);
        Math.ComparisonKernels.Register(table);
        Math.CumulativeKernels.Register(table);
        Math.ExponentialKernels.Register(table);
        Math.MatMulKernels.Register(table);
        Math.PowerKernels.Register(table);
        Math.ReductionKernels.Register(table);
        Math.SegmentKernels.Register(table);
        Math.SelectKernels.Register(table);
        Math.SequenceKernels.Register(table);
        Math.SignKernels.Register(table);
        Math.SumKernels.Register(table);
        Math.TrigonometricKernels.Register(table);
        Nn.ActivationKernels.Register(table);
        Nn.BiasKernels.Register(table);
        Nn.ConvolutionKernels.Register(table);
        Nn.LossKernels.Register(table);
        Nn.PoolingKernels.Register(table);
        Random.MultinomialKernels.Register(table);
        Random.RandomKernels.Register(table);
        Random.StatelessRandomKernels.Register(table);
        State.RefVariableKernels.Register(table);
        State.ResourceVariableKernels.Register(table);
        State.ScatterKernels.Register(table);
        Training.AdagradKernels.Register(table);
        Training.AdamKernels.Register(table);
        Training.FtrlKernels.Register(table);
        Training.GradientDescentKernels.Register(table);
        Training.RmsPropKernels.Register(table);
    }
}
