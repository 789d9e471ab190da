namespace LossKit;

/// <summary>In which order the numbers of an example of a segmentation lie.</summary>
public enum PixelLayout
{
    /// <summary>Classes × pixels: all pixels of a class, then those of the next. PyTorch's NCHW.</summary>
    ClassesFirst,

    /// <summary>Pixels × classes: all classes of a pixel, then those of the next. NHWC, as of TensorFlow.</summary>
    PixelsFirst,
}
