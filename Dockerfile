# Two images: `bot` (web and worker) and `nlu` (the optional Rasa engine). They share no environment: Rasa needs Python 3.10.
#   docker build --target bot --tag homeward-bot .        docker build --target nlu --tag homeward-nlu .

FROM python:3.12-slim AS bot
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/homeward/bin:$PATH
WORKDIR /srv/homeward
RUN python -m venv /opt/homeward
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY nlu nlu
COPY content content
RUN pip install --no-cache-dir --no-build-isolation --no-deps --editable . \
 && useradd --system --create-home --home-dir /var/lib/homeward homeward
USER homeward
ENV HOMEWARD_DATA_DIR=/var/lib/homeward/data HOMEWARD_HOST=0.0.0.0 HOMEWARD_LOG_FORMAT=json
# Trained while building: every machine starts at once, and with the same model.
RUN homeward nlu train
EXPOSE 8000
CMD ["homeward", "serve"]

FROM python:3.10-slim AS nlu
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/homeward
COPY nlu nlu
RUN nlu/rasa/setup \
 && useradd --system --create-home rasa && chown -R rasa .rasa
USER rasa
ENV HOMEWARD_RASA_HOST=0.0.0.0
EXPOSE 5005
CMD ["nlu/rasa/serve"]
