namespace ModelSessions;

/// <summary>The tensors of a signature.</summary>
/// <remarks>An interface, as <see cref="IGraphContent"/> is: below a model ConvertTo-Json tells a signature's form in one line.</remarks>
public interface ISignatureContent
{
    /// <summary>Inputs, by name in order.</summary>
    IReadOnlyList<SignatureTensor> Inputs { get; }

    /// <summary>Outputs, by name in order.</summary>
    IReadOnlyList<SignatureTensor> Outputs { get; }
}

/// <summary>The tensors of a signature, as properties of it.</summary>
public static class SignatureContent
{
    extension(SignatureInfo signature)
    {
        /// <inheritdoc cref="ISignatureContent.Inputs"/>
        public IReadOnlyList<SignatureTensor> Inputs => ((ISignatureContent)signature).Inputs;

        /// <inheritdoc cref="ISignatureContent.Outputs"/>
        public IReadOnlyList<SignatureTensor> Outputs => ((ISignatureContent)signature).Outputs;
    }
}
