namespace ModelSessions.Data;

/// <summary>How a dataset stands in files.</summary>
public enum DatasetFormat
{
    /// <summary>As their content tells, and their name where that does not.</summary>
    Automatic,

    /// <summary>CSV text.</summary>
    Csv,

    /// <summary>TFRecord files of tf.train.Example.</summary>
    TFRecord,

    /// <summary>A NumPy array; its labels in another file.</summary>
    Npy,

    /// <summary>NumPy arrays together, as Keras' mnist.npz.</summary>
    Npz,

    /// <summary>idx files; labels in another file.</summary>
    Idx,
}
