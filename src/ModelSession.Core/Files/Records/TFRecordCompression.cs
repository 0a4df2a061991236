namespace ModelSessions.Files;

/// <summary>How a TFRecord file is packed, as TensorFlow's TFRecordOptions name it.</summary>
public enum TFRecordCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As a zlib stream.</summary>
    Zlib,

    /// <summary>As gzip.</summary>
    Gzip,
}
