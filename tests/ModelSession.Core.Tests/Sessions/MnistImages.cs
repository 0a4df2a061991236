namespace ModelSessions.Tests.Sessions;

/// <summary>Images that are no digits but always the same.</summary>
internal static class MnistImages
{
    public static Tensor Three()
    {
        Tensor images = Tensor.Zeros(DType.Float32, [3, 784]);
        for (int i = 0; i < images.ElementCount; i++)
        {
            images.Span<float>()[i] = i * 7 % 256 / 255f;
        }

        return images;
    }

    public static float[] Predict(ModelSession session) =>
        session.Run(["predictions"], new Dictionary<string, Tensor> { ["inputs"] = Three(), ["keep_probability"] = Tensor.Scalar(1f) })[0].Span<float>().ToArray();
}
